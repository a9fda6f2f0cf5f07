import { createMiddleware } from 'hono/factory';
import { ApiError } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

/** Limits the number of concurrent requests; further ones are refused before any work. */
export function limitInFlight(maxInFlight: number) {
    let inFlight = 0;
    return createMiddleware<RequestContext>(async (_c, next) => {
        if (inFlight >= maxInFlight) {
            throw new ApiError('overloaded', 'The server is overloaded. Try again in a moment.', {
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
