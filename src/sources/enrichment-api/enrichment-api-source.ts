import { createHash } from 'node:crypto';
import type { Clock } from '../../enrichment/clock.ts';
import { buildCanonicalUrl } from '../../enrichment/profile-url/profile-url.ts';
import { SourceUnusableError, type Source, type SourceOutcome, type SourceRequest } from '../../enrichment/source.ts';
import { isSendableKey, requestJson } from '../json-client.ts';
import { parseRateHint, parseRetryAfter, readServerTime } from '../rate-limit-headers.ts';
import { keyRefused, readApiResponse } from './read-api-response.ts';

const path = '/v1/linkedin-profile-enrichment/enrich';

/** The API counts requests per second. */
const rateWindowMs = 1000;

export type EnrichmentApiSourceOptions = {
    /** The address of the API, without the path. */
    baseUrl: string;
    apiKey: string;
    /** Identifies the run across restarts: a profile requested again after a crash is not billed again. */
    runKey: string;
    clock: Clock;
};

/**
 * A deployment of this project's own HTTP API as a source. Rejects with `SourceUnusableError` when the key is refused
 * or a test key, or when its account has no credits left.
 */
export function createEnrichmentApiSource(options: EnrichmentApiSourceOptions): Source {
    const { baseUrl, apiKey, runKey, clock } = options;
    // The lookbehind lets a match start at the first slash of a series only: without it, this takes quadratic time.
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
        // Limits the effect of clock differences: no window is longer, and if one were, a 429 would say so.
        if (hint) onRateHint?.({ ...hint, resetsInMs: Math.min(hint.resetsInMs, rateWindowMs) });
        return readApiResponse({
            status,
            json,
            handle,
            retryAfterMs: parseRetryAfter(headers.get('retry-after'), now),
        });
    }

    return { name: 'enrichment-api', fetchProfile, close: async () => {} };
}

/** The same for the same run and request; hashes the body, since the API rejects a key reused with another body. */
function buildIdempotencyKey(runKey: string, body: object): string {
    return `${runKey}-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}`;
}
