import type { Clock } from '../../enrichment/clock.ts';
import type { CompanyDetails } from '../../enrichment/result/company.ts';
import { isProfileSubstantial } from '../../enrichment/result/profile.ts';
import { buildCanonicalUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { SourceName } from '../../enrichment/result/result.ts';
import {
    SourceUnusableError,
    type FailedOutcome,
    type ProviderTerms,
    type Source,
    type SourceOutcome,
    type SourceRequest,
} from '../../enrichment/source.ts';
import { buildFault, isSendableKey, requestJson, type JsonResponse } from '../json-client.ts';
import { parseRetryAfter } from '../rate-limit-headers.ts';
import { buildProfile, type ProfileParts, type SectionKeys } from './build-profile.ts';

/** An upstream provider: how it is asked, and what its records mean. `docs/providers.md` says how to add one. */
export type Provider = {
    name: SourceName;
    /** As users know it. */
    title: string;
    origin: string;
    /** The input field that takes the key. */
    keyField: string;
    /** What the provider allows; the pace is for all requests of a run together. */
    terms: ProviderTerms;
    /** Statuses that mean something here, beside those that mean the same everywhere. */
    statuses: Readonly<Record<number, StatusMeaning>>;
    /** The header that says what a call cost, in the provider's credits; its sign means nothing. */
    creditsHeader?: string;
    /** Where a record has each section. */
    sections: SectionKeys;
    buildRequest(profileUrl: string, key: string): { path: string; headers: Record<string, string>; body?: unknown };
    /** The records of a response with status 200; null when it is not what the provider promises. */
    readResponse(json: unknown): ProviderRecords | null;
    readRecord(record: unknown): PersonRecord;
};

/** `unknown`: nobody is known by that address. `busy`: the same may be asked again soon. */
export type StatusMeaning = 'unknown' | 'no_credits' | 'key_refused' | 'busy';

/** `total` is how many people answer to the question by the provider's own count: one, when it understood it. */
export type ProviderRecords = { records: readonly unknown[]; total: number };

export type PersonRecord = {
    /** The handles that the record itself names its person by, today's first; null where it has an address of no person. */
    handles: ReadonlyArray<string | null>;
    /** Whether the provider itself says that it knows next to nothing. */
    isThin?: boolean;
    /** The record's own date, ISO 8601. */
    dataAsOf: string | null;
    companyDetails?: CompanyDetails | null;
    parts: ProfileParts;
};

export type ProviderOptions = {
    apiKey: string;
    /** Where the key was given, for the sentence that asks to correct it; left out, the input field of the provider. */
    keyName?: string;
    /** Where the provider is; tests and stand-ins have their own. */
    origin?: string;
    clock: Clock;
};

/** One lookup costs money, and no provider knows an idempotency key: three attempts, and those only after a clear no. */
export function buildTerms(terms: { maxRequestsPerSecond: number; timeoutMs: number }): ProviderTerms {
    const { maxRequestsPerSecond, timeoutMs } = terms;
    return { maxRequestsPerSecond, maxInFlight: 10, limits: { maxAttempts: 3, timeoutMs, isTimeWhole: true } };
}

/** What these statuses mean at every provider that does not say otherwise. */
const commonStatuses: Readonly<Record<number, StatusMeaning>> = {
    401: 'key_refused',
    402: 'no_credits',
    403: 'key_refused',
};

/** How long a provider is left alone after a 429 that does not say how long, in milliseconds: rates are by the minute. */
const slowDownPauseMs = 20_000;

/**
 * A provider as a source. A record counts only when its own address names the handle that was asked for: a provider that
 * passes over a filter answers with somebody else, or with everybody. That, and a record with next to nothing in it, is
 * `not_found`. Throws `SourceUnusableError` when the key is refused or its account has no credits left.
 */
export function createProviderSource(provider: Provider, options: ProviderOptions): Source {
    const { title } = provider;
    const { clock, keyName = provider.keyField, origin = provider.origin } = options;
    const key = options.apiKey.trim();

    async function fetchProfile({ handle, timeoutMs, signal, onSent }: SourceRequest): Promise<SourceOutcome> {
        if (!isSendableKey(key)) throw unusable('key_refused');
        const { path, ...question } = provider.buildRequest(buildCanonicalUrl(handle), key);
        const url = `${origin}${path}`;
        const response = await requestJson({ ...question, url, timeoutMs, signal, onSent, clock });
        // What was sent may have been paid for: it is not sent again.
        if (response.kind === 'failed') return { ...response, peer: title, isRetryable: false };
        const { creditsHeader } = provider;
        const credits = creditsHeader === undefined ? null : readCredits(response.headers.get(creditsHeader));
        return { ...readOutcome(response, handle), ...(credits === null ? {} : { credits }) };
    }

    function readOutcome({ status, headers, json }: JsonResponse, handle: string): SourceOutcome {
        const meaning = provider.statuses[status] ?? commonStatuses[status];
        if (status === 200) return readPerson(json, handle);
        if (meaning === 'unknown') return { kind: 'not_found' };
        if (meaning === 'no_credits' || meaning === 'key_refused') throw unusable(meaning);
        const retryAfterMs = parseRetryAfter(headers.get('retry-after'), clock.now());
        if (status === 429) {
            const pause = { ms: retryAfterMs ?? slowDownPauseMs, scope: 'queue' } as const;
            const refusal = { ...fail('rate_limited', 'status 429'), isRefusal: true, isRetryable: true };
            return { ...refusal, code: 'rate_limit_exceeded', pause };
        }
        const failure = fail('server_error', `status ${status}`);
        if (status < 500) return failure;
        if (retryAfterMs === null) return { ...failure, isRetryable: meaning === 'busy' };
        return { ...failure, isRetryable: true, pause: { ms: retryAfterMs, scope: 'url' } };
    }

    function readPerson(json: unknown, handle: string): SourceOutcome {
        const response = provider.readResponse(json);
        if (!response) return fail('unreadable', 'the response is not what the provider promises');
        const [record] = response.records;
        if (record === undefined || response.total > 1 || response.records.length > 1) return { kind: 'not_found' };
        const { handles, isThin, dataAsOf, companyDetails = null, parts } = provider.readRecord(record);
        if (isThin || !handles.includes(handle)) return { kind: 'not_found' };
        const identifier = handles.find((one) => one !== null) ?? handle;
        const built = buildProfile(parts, { identifier, record, sections: provider.sections, now: clock.now() });
        if (!built || !isProfileSubstantial(built.profile)) return { kind: 'not_found' };
        return { kind: 'found', handle: identifier, dataAsOf, companyDetails, ...built };
    }

    function fail(cause: FailedOutcome['cause'], detail: string): FailedOutcome {
        return { ...buildFault(cause, `${title}: ${detail}`, { isRetryable: false }), peer: title };
    }

    function unusable(meaning: 'no_credits' | 'key_refused'): SourceUnusableError {
        return new SourceUnusableError(
            meaning === 'key_refused'
                ? `${title} refuses the API key: correct \`${keyName}\` and run again.`
                : `The account at ${title} has no credits left: top it up, or correct \`${keyName}\`, and run again.`,
        );
    }

    return { name: provider.name, provider: provider.terms, fetchProfile, close: async () => {} };
}

/** Credits as a header says them, "-0.5" and "0.5" alike; null without a number. */
function readCredits(value: string | null): number | null {
    return value !== null && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Math.abs(Number(value)) : null;
}
