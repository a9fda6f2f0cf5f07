import type { HttpBindings } from '@hono/node-server';
import type { Caller } from '../../accounts/keys.ts';
import type { RateDecision } from '../../accounts/rate-limiter.ts';
import type { HeldRequest } from '../enrich/hold-request.ts';
import type { EnrichRequest } from '../enrich/enrich-request.ts';

/** What the middlewares leave for those after them. Each is there once its middleware has run. */
export type RequestContext = {
    Bindings: HttpBindings;
    Variables: {
        requestId: string;
        /** When the request came in (ms since the epoch). */
        startedAt: number;
        /** What the log calls the route; never the path, which may hold anything. */
        routeName?: string;
        caller?: Caller;
        rate?: RateDecision;
        body?: ParsedBody;
        idempotencyKey?: string | null;
        held?: HeldRequest;
    };
};

/** A body that was read and understood. */
export type ParsedBody = {
    request: EnrichRequest;
    /** The same for two bodies that are the same JSON. */
    hash: string;
};
