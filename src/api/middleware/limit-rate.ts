import { createMiddleware } from 'hono/factory';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { RateDecision } from '../../accounts/rate-limiter.ts';
import type { Clock } from '../../enrichment/clock.ts';
import { ApiError } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

/** Takes one slot of the account's rate; without one the request ends here, having used nothing. */
export function limitRate(gatekeeper: Gatekeeper, clock: Clock) {
    return createMiddleware<RequestContext>(async (c, next) => {
        const { caller } = c.var;
        if (!caller) throw new Error('the rate limit comes after authentication');
        const rate = await gatekeeper.takeSlot(caller, 'single');
        c.set('rate', rate);
        if (!rate.isGranted) {
            const waitSecs = Math.max(1, Math.ceil(rate.resetAt - clock.now() / 1000));
            throw new ApiError(
                'rate_limit_exceeded',
                `This account may make ${describeRate(rate)}. Try again in ${waitSecs} s.`,
                { 'Retry-After': String(waitSecs) },
            );
        }
        await next();
    });
}

function describeRate({ limit, windowSecs }: RateDecision): string {
    return windowSecs === 1 ? `${limit} requests a second` : `one request every ${windowSecs} seconds`;
}

/** Puts the rate headers on every answer whose account is known, refusals and failures among them. */
export function showRate() {
    return createMiddleware<RequestContext>(async (c, next) => {
        await next();
        const { rate } = c.var;
        if (!rate) return;
        c.header('x-ratelimit-limit', String(rate.limit));
        c.header('x-ratelimit-remaining', String(rate.remaining));
        c.header('x-ratelimit-reset', String(rate.resetAt));
    });
}
