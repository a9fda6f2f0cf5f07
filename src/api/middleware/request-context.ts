import type { HttpBindings } from '@hono/node-server';
import type { RateStatus } from '../../accounts/rate-limit.ts';
import type { Caller } from '../../accounts/request-ledger.ts';
import type { ErrorCode } from '../api-error.ts';

/** What is found out about a request on its way, for the log, the metrics and the headers of its response. */
export type RequestContext = {
    Bindings: HttpBindings;
    Variables: {
        requestId: string;
        /** When the request came in, on the clock that nobody sets. */
        startedAt: number;
        /** What the log calls the route; never the path, which may hold anything. */
        routeName?: string;
        caller?: Caller;
        rate?: RateStatus;
        errorCode?: ErrorCode;
        work?: WorkMetrics;
    };
};

/** What was done for a request. */
export type WorkMetrics = {
    urls: number;
    /** Attempts at the source, of all URLs together. */
    attempts: number;
    /** From the first lookup's beginning to the last one's end, in milliseconds. */
    upstreamMs: number;
    creditsUsed: number;
};
