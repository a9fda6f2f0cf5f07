import type { HttpBindings } from '@hono/node-server';
import type { RateStatus } from '../../accounts/rate-limit.ts';
import type { Caller } from '../../accounts/request-ledger.ts';
import type { ErrorCode } from '../api-error.ts';

/** The data of a request for the log, the metrics and the response headers. */
export type RequestContext = {
    Bindings: HttpBindings;
    Variables: {
        requestId: string;
        /** When the request arrived, on the monotonic clock. */
        startedAt: number;
        /** The name of the route in the log; not the path, which may contain anything. */
        routeName?: string;
        caller?: Caller;
        rate?: RateStatus;
        errorCode?: ErrorCode;
        work?: WorkMetrics;
    };
};

/** The work done for a request. */
export type WorkMetrics = {
    urls: number;
    /** Attempts at sources, of all URLs together. */
    attempts: number;
    /** From the start of the first lookup to the end of the last, in milliseconds. */
    upstreamMs: number;
    creditsUsed: number;
};
