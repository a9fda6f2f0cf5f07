import * as z from 'zod';
import { parseStrictProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import { companyDetailsSchema, companyStatuses } from '../../enrichment/result/company.ts';
import { profileSchema } from '../../enrichment/result/profile.ts';
import { modes, resultErrorCodes } from '../../enrichment/result/result.ts';
import { SourceUnusableError, type FailedOutcome, type SourceOutcome } from '../../enrichment/source.ts';
import { buildFault } from '../json-client.ts';
import { fillLaterFields } from './older-response.ts';

/** What is read of an answer; what else it holds makes no difference. */
const answerSchema = z.object({
    data: z.discriminatedUnion('status', [
        z.object({
            status: z.literal('success'),
            canonical_url: z.string(),
            profile: profileSchema,
            // A company never makes a profile fail.
            company_details: companyDetailsSchema.nullish().catch(null),
        }),
        z.object({ status: z.literal('not_found') }),
    ]),
    meta: z.object({ mode: z.enum(modes), company_status: z.enum(companyStatuses).optional().catch(undefined) }),
});

const errorSchema = z.object({ error: z.object({ code: z.string(), retryable: z.boolean() }) });

/** What ends a run whose key is not taken. */
export const keyRefused = 'The enrichment API refuses the API key. Correct `apiKey` and run again.';

/** Errors after which no other profile would be answered either, in the words of the run's last message. */
const endings = new Map([
    ['unauthenticated', keyRefused],
    ['invalid_api_key', keyRefused],
    ['insufficient_credits', 'The account at the enrichment API has no credits left. Top it up and resurrect the run.'],
]);

/** Statuses by which LinkedIn or the API turns everybody away, as opposed to being slow or broken for one. */
const refusals = new Set([429, 502, 503]);

const testKey = 'The API key is a test key, and its profiles are made up. Use a live key, or set `mode` to `test`.';

/** What an answer of the API means for the run. Throws `SourceUnusableError` when it means the same for every profile. */
export function readAnswer({
    status,
    json,
    handle,
    retryAfterMs,
}: {
    status: number;
    json: unknown;
    /** The handle asked for. */
    handle: string;
    retryAfterMs: number | null;
}): SourceOutcome {
    if (status === 200) return readProfile(json, handle);
    const error = errorSchema.safeParse(json).data?.error;
    const ending = endings.get(error?.code ?? '') ?? (status === 401 ? keyRefused : undefined);
    if (ending !== undefined) throw new SourceUnusableError(ending);
    const failure: FailedOutcome = {
        kind: 'failed',
        ...nameFailure(status),
        isRetryable: error?.retryable ?? (status >= 500 || status === 429),
        isRefusal: refusals.has(status),
        detail: `status ${status}${isOwnCode(error?.code) ? ` ${error?.code}` : ''}`,
    };
    // A 409 is about this one profile, being worked on: our own back-off is enough.
    if (retryAfterMs === null || status === 409) return failure;
    // The rate is the account's, so all of its requests wait; anything else is about this one.
    return { ...failure, pause: { ms: retryAfterMs, scope: status === 429 ? 'queue' : 'url' } };
}

function readProfile(json: unknown, handle: string): SourceOutcome {
    const answer = answerSchema.safeParse(fillLaterFields(json, answerSchema)).data;
    if (!answer) return buildFault('unreadable', 'the response is not what the API promises', { isRetryable: false });
    if (answer.meta.mode === 'test') throw new SourceUnusableError(testKey);
    if (answer.data.status === 'not_found') return { kind: 'not_found' };
    const parsing = parseStrictProfileUrl(answer.data.canonical_url);
    const { company_status: companyStatus } = answer.meta;
    return {
        kind: 'found',
        profile: answer.data.profile,
        companyDetails: answer.data.company_details ?? null,
        ...(companyStatus === undefined ? {} : { companyStatus }),
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

/** Whether a code is one of ours: whatever else stands there is not repeated in a log. */
function isOwnCode(code: string | undefined): boolean {
    return resultErrorCodes.some((known) => known === code);
}
