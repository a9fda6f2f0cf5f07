import * as z from 'zod';
import { parseStrictProfileUrl } from '../../enrichment/profile-url.ts';
import { profileSchema } from '../../enrichment/profile.ts';
import { modes } from '../../enrichment/result.ts';
import { SourceUnusableError, type FailedOutcome, type RateHint, type SourceOutcome } from '../../enrichment/source.ts';

/** What is read of an answer; what else it holds makes no difference. */
const answerSchema = z.object({
    data: z.discriminatedUnion('status', [
        z.object({ status: z.literal('success'), canonical_url: z.string(), profile: profileSchema }),
        z.object({ status: z.literal('not_found') }),
    ]),
    meta: z.object({ mode: z.enum(modes) }),
});

const errorSchema = z.object({ error: z.object({ code: z.string(), retryable: z.boolean() }) });

/** Errors after which no other profile would be answered either, in the words of the run's last message. */
const endings: Record<string, string> = {
    unauthenticated: 'The enrichment API refuses the API key. Correct `apiKey` and run again.',
    invalid_api_key: 'The enrichment API refuses the API key. Correct `apiKey` and run again.',
    insufficient_credits: 'The account at the enrichment API has no credits left. Top it up and resurrect the run.',
};

/** Statuses by which LinkedIn or the API turns everybody away, as opposed to being slow or broken for one. */
const refusals = new Set([429, 502, 503]);

const testKey = 'The API key is a test key, and its profiles are made up. Use a live key, or set `mode` to `test`.';

/** What an answer of the API means for the run. Throws `SourceUnusableError` when it means the same for every profile. */
export function readAnswer({
    status,
    text,
    handle,
    retryAfterMs,
}: {
    status: number;
    text: string;
    /** The handle asked for. */
    handle: string;
    retryAfterMs: number | null;
}): SourceOutcome {
    const json = parseJson(text);
    if (status === 200) return readProfile(json, handle);
    const error = errorSchema.safeParse(json).data?.error;
    const ending = endings[error?.code ?? ''] ?? (status === 401 ? endings['invalid_api_key'] : undefined);
    if (ending !== undefined) throw new SourceUnusableError(ending);
    const failure: FailedOutcome = {
        kind: 'failed',
        ...nameFailure(status),
        isRetryable: error?.retryable ?? (status >= 500 || status === 429),
        isRefusal: refusals.has(status),
        detail: `status ${status}${error ? ` ${error.code.slice(0, 40)}` : ''}`,
    };
    // A 409 is about this one profile, being worked on: our own back-off is enough.
    if (retryAfterMs === null || status === 409) return failure;
    // The rate is the account's, so all of its requests wait; anything else is about this one.
    return { ...failure, pause: { ms: retryAfterMs, scope: status === 429 ? 'queue' : 'url' } };
}

function readProfile(json: unknown, handle: string): SourceOutcome {
    const answer = answerSchema.safeParse(json).data;
    if (!answer) {
        const detail = 'the answer is not what the API promises';
        return {
            kind: 'failed',
            code: 'upstream_error',
            cause: 'unreadable',
            isRetryable: false,
            isRefusal: false,
            detail,
        };
    }
    if (answer.meta.mode === 'test') throw new SourceUnusableError(testKey);
    if (answer.data.status === 'not_found') return { kind: 'not_found' };
    const parsing = parseStrictProfileUrl(answer.data.canonical_url);
    return {
        kind: 'found',
        profile: answer.data.profile,
        handle: parsing.ok ? parsing.profileUrl.handle : handle,
        unreadSections: [],
    };
}

function nameFailure(status: number): Pick<FailedOutcome, 'code' | 'cause'> {
    if (status === 429) return { code: 'rate_limit_exceeded', cause: 'rate_limited' };
    if (status === 504) return { code: 'upstream_timeout', cause: 'timeout' };
    if (status === 502) return { code: 'upstream_error', cause: 'blocked' };
    return { code: 'upstream_error', cause: 'server_error' };
}

/** What the headers say of waiting: `Retry-After` in seconds, and the rate that is left of this second. */
export function readLimits(headers: Headers, now: number): { retryAfterMs: number | null; rateHint: RateHint | null } {
    const retryAfter = headers.get('retry-after');
    const remaining = readCount(headers.get('x-ratelimit-remaining'));
    const resetAt = readCount(headers.get('x-ratelimit-reset'));
    const wait = readCount(retryAfter);
    return {
        retryAfterMs: wait === null ? null : wait * 1000,
        rateHint:
            remaining === null || resetAt === null
                ? null
                : { remaining, resetsInMs: Math.max(0, resetAt * 1000 - now) },
    };
}

function readCount(value: string | null): number | null {
    return value !== null && /^\d{1,12}$/.test(value.trim()) ? Number(value) : null;
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}
