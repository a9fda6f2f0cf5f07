import { createHash } from 'node:crypto';
import type { Clock } from '../../enrichment/clock.ts';
import { buildCanonicalUrl } from '../../enrichment/profile-url/profile-url.ts';
import { SourceUnusableError, type Source, type SourceOutcome, type SourceRequest } from '../../enrichment/source.ts';
import { isSendableKey, requestJson } from '../json-client.ts';
import { parseRateHint, parseRetryAfter, readServerTime } from '../rate-limit-headers.ts';
import { keyRefused, readAnswer } from './read-answer.ts';

const path = '/v1/linkedin-profile-enrichment/enrich';

/** The API counts requests by the clock's seconds. */
const rateWindowMs = 1000;

export type EnrichmentApiSourceOptions = {
    /** Where the API is, without its path. */
    baseUrl: string;
    apiKey: string;
    /** Names the run for as long as it can be resumed: a profile asked for again after a crash is not billed again. */
    runKey: string;
    clock: Clock;
};

/**
 * A deployment of this project's own HTTP API as a source. Throws `SourceUnusableError` when the key is refused, is a
 * test key, or its account has no credits left.
 */
export function createEnrichmentApiSource(options: EnrichmentApiSourceOptions): Source {
    const { baseUrl, apiKey, runKey, clock } = options;
    // Only the first slash of a row can begin the match: without that, a text of slashes takes quadratic time.
    const endpoint = `${baseUrl.replace(/(?<!\/)\/+$/, '')}${path}`;
    const key = apiKey.trim();

    async function fetchProfile({
        handle,
        includesCompanyDetails = false,
        onRateHint,
        ...request
    }: SourceRequest): Promise<SourceOutcome> {
        if (!isSendableKey(key)) throw new SourceUnusableError(keyRefused);
        const body = {
            url: buildCanonicalUrl(handle),
            ...(includesCompanyDetails ? { include_company_details: true } : {}),
        };
        const response = await requestJson({
            ...request,
            url: endpoint,
            headers: { Authorization: `Bearer ${key}`, 'Idempotency-Key': buildIdempotencyKey(runKey, body) },
            body,
            clock,
        });
        if (response.kind === 'failed') return response;
        const { status, headers, json } = response;
        const now = readServerTime(headers.get('date'), clock.now());
        const [remaining, reset] = [headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset')];
        const hint = parseRateHint({ remaining, reset }, now);
        // Whatever clocks say: no window is longer, and where one is, a 429 tells how long.
        if (hint) onRateHint?.({ ...hint, resetsInMs: Math.min(hint.resetsInMs, rateWindowMs) });
        return readAnswer({
            status,
            json,
            handle,
            retryAfterMs: parseRetryAfter(headers.get('retry-after'), now),
        });
    }

    return { name: 'enrichment-api', fetchProfile, close: async () => {} };
}

/** The same for the same run and question, whatever happens in between: the API refuses a key with another body. */
function buildIdempotencyKey(runKey: string, body: object): string {
    return `${runKey}-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}`;
}
