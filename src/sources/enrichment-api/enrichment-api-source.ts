import { createHash } from 'node:crypto';
import { buildCanonicalUrl } from '../../enrichment/profile-url.ts';
import type { FailureCause } from '../../enrichment/result.ts';
import type { FailedOutcome, Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { readAnswer, readLimits } from './read-answer.ts';

const path = '/v1/linkedin-profile-enrichment/enrich';

/** The most an answer may hold, in bytes: real ones have less than a hundredth of it. */
const maxAnswerBytes = 10 * 1024 * 1024;

export type EnrichmentApiSourceOptions = {
    /** Where the API is, without its path. */
    baseUrl: string;
    apiKey: string;
    /** Names the run for as long as it can be resumed: a profile asked for again after a crash is not billed again. */
    runKey: string;
};

/**
 * A deployment of this project's own HTTP API as a source. Throws `SourceUnusableError` when the key is refused, is a
 * test key, or its account has no credits left. Never follows a redirect: the key goes to no other address.
 */
export function createEnrichmentApiSource({ baseUrl, apiKey, runKey }: EnrichmentApiSourceOptions): Source {
    // Only the first slash of a row can begin the match: without that, a text of slashes takes quadratic time.
    const endpoint = `${baseUrl.replace(/(?<!\/)\/+$/, '')}${path}`;

    async function fetchProfile({ handle, timeoutMs, signal, onRateHint }: SourceRequest): Promise<SourceOutcome> {
        signal.throwIfAborted();
        const attempt = new AbortController();
        const onAbort = () => attempt.abort();
        const timer = setTimeout(onAbort, timeoutMs);
        signal.addEventListener('abort', onAbort, { once: true });
        try {
            const response = await fetch(endpoint, {
                method: 'POST',
                redirect: 'manual',
                headers: {
                    Authorization: `Bearer ${apiKey}`,
                    'Content-Type': 'application/json',
                    'Idempotency-Key': buildIdempotencyKey(runKey, handle),
                },
                body: JSON.stringify({ url: buildCanonicalUrl(handle) }),
                signal: attempt.signal,
            });
            const limits = readLimits(response.headers, Date.now());
            if (limits.rateHint) onRateHint?.(limits.rateHint);
            const text = await readText(response);
            if (text === null) return fault('too_large', 'the response is larger than 10 MB', false);
            return readAnswer({ status: response.status, text, handle, retryAfterMs: limits.retryAfterMs });
        } catch (error) {
            if (signal.aborted) throw signal.reason;
            if (attempt.signal.aborted) return timedOut();
            if (!isNetworkFailure(error)) throw error;
            // An API that is not there is nobody's answer: enough of these in a row end the run.
            return {
                ...fault('no_connection', 'the API cannot be reached'),
                isRefusal: true,
                peer: new URL(baseUrl).host,
            };
        } finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', onAbort);
        }
    }

    return { name: 'enrichment-api', fetchProfile, close: async () => {} };
}

/** The same for the same run and profile, whatever happens in between; a handle may hold what a header may not. */
function buildIdempotencyKey(runKey: string, handle: string): string {
    return `${runKey}-${createHash('sha256').update(handle).digest('hex').slice(0, 32)}`;
}

async function readText(response: Response): Promise<string | null> {
    const decoder = new TextDecoder();
    let text = '';
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxAnswerBytes) return null;
        text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
}

/** Whether `fetch` failed because of the network: it says so with a TypeError that has a cause. */
function isNetworkFailure(error: unknown): boolean {
    return error instanceof TypeError && (error.cause !== undefined || error.message === 'terminated');
}

function timedOut(): FailedOutcome {
    return { ...fault('timeout', 'no response in time'), code: 'upstream_timeout' };
}

function fault(cause: FailureCause, detail: string, isRetryable = true): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}
