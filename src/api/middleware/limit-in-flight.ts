import { createMiddleware } from 'hono/factory';
import { ApiError } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

/** Lets so many requests be worked on at once and turns further ones away before anything is done for them. */
export function limitInFlight(maxInFlight: number) {
    let inFlight = 0;
    return createMiddleware<RequestContext>(async (_c, next) => {
        if (inFlight >= maxInFlight) {
            throw new ApiError('overloaded', 'The server has too much to do right now. Try again in a moment.', {
                headers: { 'Retry-After': '1' },
            });
        }
        inFlight += 1;
        try {
            await next();
        } finally {
            inFlight -= 1;
        }
    });
}
