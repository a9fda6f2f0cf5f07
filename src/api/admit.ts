import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { RateStatus } from '../accounts/rate-limit.ts';
import type { Caller, ReserveOutcome, ReserveRequest } from '../accounts/request-ledger.ts';
import { ApiError } from './api-error.ts';
import type { RequestContext } from './request-context.ts';

/** The outcome for a request with a known account and a slot. */
export type AdmittedOutcome = Exclude<ReserveOutcome, { kind: 'unknown_key' | 'too_much_at_work' | 'rate_limited' }>;

const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } };

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

/** How long further refusals within a second are delayed, in milliseconds, and the maximum delayed at once. */
const holdBackMs = 200;
const maxHeldBack = 100;

/**
 * Delays further refusals, so that a client that retries at once, on any number of connections, costs other accounts
 * little. Beyond the maximum, refusals are immediate.
 */
export function createHoldBack(clock: Clock): () => Promise<void> {
    let heldBack = 0;
    return async () => {
        if (heldBack >= maxHeldBack) return;
        heldBack += 1;
        await clock.sleep(holdBackMs).finally(() => {
            heldBack -= 1;
        });
    };
}

/**
 * The hash of a request's API key. Throws if it is missing, malformed, or was already refused in this second, without a
 * query and without reading the body.
 */
export async function requireKey(
    c: Context<RequestContext>,
    { gatekeeper, holdBack }: { gatekeeper: Gatekeeper; holdBack: () => Promise<void> },
): Promise<string> {
    const credentials = gatekeeper.readCredentials(c.req.header('authorization'));
    if (credentials.kind === 'malformed') throw unknownKey();
    if (credentials.kind === 'missing') {
        const message = 'Send your API key in the header `Authorization: Bearer <key>`.';
        throw new ApiError('unauthenticated', message, challenge);
    }
    const { keyHash } = credentials;
    const refusal = gatekeeper.recallRefusal(keyHash);
    if (!refusal) return keyHash;
    c.set('caller', refusal.caller);
    c.set('rate', refusal.rate);
    await holdBack();
    throw rateLimited(refusal.rate, refusal.waitMs);
}

/**
 * Admits a request and makes its reservation (none without `work`). Sets account and rate for the log and the headers.
 * Throws if the key is unknown, no slot is left, or the account has too many URLs in progress.
 */
export async function admit(
    c: Context<RequestContext>,
    gatekeeper: Gatekeeper,
    { keyHash, work, busyAccounts }: Pick<ReserveRequest, 'keyHash' | 'work' | 'busyAccounts'>,
): Promise<AdmittedOutcome & { caller: Caller; rate: RateStatus }> {
    const outcome = await gatekeeper.reserve({ requestId: c.get('requestId'), keyHash, work, busyAccounts });
    if (outcome.kind === 'unknown_key') throw unknownKey();
    c.set('caller', outcome.caller);
    c.set('rate', outcome.rate);
    if (outcome.kind === 'too_much_at_work') throw tooMuchAtWork();
    if (outcome.kind === 'rate_limited') throw rateLimited(outcome.rate, outcome.waitMs);
    return outcome;
}

/** The account is at its limit of URLs in progress. */
export function tooMuchAtWork(): ApiError {
    return new ApiError(
        'rate_limit_exceeded',
        'This account has too many profiles in progress. Try again when some are done.',
        { headers: { 'Retry-After': '2' } },
    );
}

function rateLimited({ limit, windowSecs }: RateStatus, waitMs: number): ApiError {
    const waitSecs = Math.max(1, Math.ceil(waitMs / 1000));
    const rate = windowSecs === 1 ? `${limit} requests per second` : `one request every ${windowSecs} seconds`;
    return new ApiError('rate_limit_exceeded', `This account may make ${rate}. Try again in ${waitSecs} s.`, {
        headers: { 'Retry-After': String(waitSecs) },
    });
}

function unknownKey(): ApiError {
    return new ApiError('invalid_api_key', 'This API key is unknown or revoked.', challenge);
}
