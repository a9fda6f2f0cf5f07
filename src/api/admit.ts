import type { Context } from 'hono';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { RateStatus } from '../accounts/rate-limit.ts';
import type { Caller, ReserveOutcome, ReserveRequest } from '../accounts/request-ledger.ts';
import { ApiError } from './api-error.ts';
import type { RequestContext } from './middleware/request-context.ts';

/** A request whose account is known and has taken a slot of its rate. */
export type AdmittedOutcome = Exclude<ReserveOutcome, { kind: 'unknown_key' | 'too_much_at_work' | 'rate_limited' }>;

const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } };

/** How long the further refusals of a second are held back, in milliseconds, and how many at once. */
const holdBackMs = 200;
const maxHeldBack = 100;

/**
 * Lets whoever goes on asking after a refusal wait for the next one, so that a caller who asks again at once, on however
 * many connections, takes little of the process from the others. What there is no room for is refused at once.
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
 * The key that a request carries, hashed. Throws when there is none, what cannot be one, or one that was refused in this
 * second already: nobody was asked, and nothing more of the request was read.
 */
export async function requireKey(
    c: Context<RequestContext>,
    { gatekeeper, holdBack }: { gatekeeper: Gatekeeper; holdBack: () => Promise<void> },
): Promise<string> {
    const keyHash = readKey(gatekeeper, c.req.header('authorization'));
    const refusal = gatekeeper.recallRefusal(keyHash);
    if (!refusal) return keyHash;
    c.set('caller', refusal.caller);
    c.set('rate', refusal.rate);
    await holdBack();
    throw rateLimited(refusal.rate, refusal.waitMs);
}

function readKey(gatekeeper: Gatekeeper, authorization: string | undefined): string {
    const credentials = gatekeeper.readCredentials(authorization);
    switch (credentials.kind) {
        case 'missing':
            throw new ApiError(
                'unauthenticated',
                'Send your API key in the header `Authorization: Bearer <key>`.',
                challenge,
            );
        case 'malformed':
            throw unknownKey();
        case 'key':
            return credentials.keyHash;
    }
}

/**
 * Asks the accounts whether a request may begin, and reserves what it needs (nothing without `work`). Leaves account and
 * rate for the log and the headers. Throws what ends the request before its body counts: an unknown key, no slot, too
 * much at work.
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

/** The account has as many URLs under way as it may. */
export function tooMuchAtWork(): ApiError {
    return new ApiError(
        'rate_limit_exceeded',
        'This account has as many profiles at work and waiting as it may. Try again when some are done.',
        { headers: { 'Retry-After': '2' } },
    );
}

function rateLimited({ limit, windowSecs }: RateStatus, waitMs: number): ApiError {
    const waitSecs = Math.max(1, Math.ceil(waitMs / 1000));
    const rate = windowSecs === 1 ? `${limit} requests a second` : `one request every ${windowSecs} seconds`;
    return new ApiError('rate_limit_exceeded', `This account may make ${rate}. Try again in ${waitSecs} s.`, {
        headers: { 'Retry-After': String(waitSecs) },
    });
}

function unknownKey(): ApiError {
    return new ApiError('invalid_api_key', 'This API key is not known or was revoked.', challenge);
}
