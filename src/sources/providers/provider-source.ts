import type { Clock } from '../../enrichment/clock.ts';
import type { CompanyDetails } from '../../enrichment/result/company.ts';
import { isProfileSubstantial } from '../../enrichment/result/profile.ts';
import { buildCanonicalUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { SourceName } from '../../enrichment/result/result.ts';
import {
    SourceUnusableError,
    type FailedOutcome,
    type Source,
    type SourceOutcome,
    type SourceRequest,
} from '../../enrichment/source.ts';
import { buildFault, buildRateLimited } from '../failures.ts';
import { isSendableKey, requestJson, type JsonResponse } from '../json-client.ts';
import { parseRetryAfter } from '../rate-limit-headers.ts';
import { buildProfile, type ProfileParts, type SectionKeys } from './build-profile.ts';

/** An upstream provider: its requests and how to read its records. `docs/providers.md` explains how to add one. */
export type Provider = {
    name: SourceName;
    /** Its name for users. */
    title: string;
    origin: string;
    /** The input field that takes the key. */
    keyField: string;
    /** The provider's limit, for all requests of a run together. */
    maxRequestsPerSecond: number;
    /** For one lookup with its retries, in milliseconds. */
    timeoutMs: number;
    /** The meaning of statuses, where it differs from `commonStatuses`. */
    statuses?: Readonly<Record<number, StatusMeaning>>;
    /** The header with the cost of a call in the provider's credits; its sign is ignored. */
    creditsHeader?: string;
    sections: SectionKeys;
    buildRequest(profileUrl: string, key: string): { path: string; headers: Record<string, string>; body?: unknown };
    /** The records of a response with status 200; null when it does not match the documented format. */
    readResponse(json: unknown): ProviderRecords | null;
    readRecord(record: unknown): PersonRecord;
};

/** `busy`: the lookup may be retried. */
export type StatusMeaning = 'not_found' | 'no_credits' | 'key_refused' | 'busy';

/** `total` is the number of matches by the provider's count: more than one means that it ignored the filter. */
export type ProviderRecords = { records: readonly unknown[]; total: number };

export type PersonRecord = {
    /** The handles in the record itself, the current one first; null for an address that is not a profile. */
    handles: ReadonlyArray<string | null>;
    /** Whether the provider marks the record as nearly empty. */
    isThin?: boolean;
    /** The record's own date, ISO 8601. */
    dataAsOf: string | null;
    companyDetails?: CompanyDetails | null;
    parts: ProfileParts;
};

export type ProviderOptions = {
    apiKey: string;
    /** Where the key was set, named in error messages; the provider's input field by default. */
    keyName?: string;
    /** Overrides the provider's origin, for tests. */
    origin?: string;
    clock: Clock;
};

/** The meaning of statuses at all providers, unless `statuses` overrides it. */
const commonStatuses: Readonly<Record<number, StatusMeaning>> = {
    401: 'key_refused',
    402: 'no_credits',
    403: 'key_refused',
};

/** The pause after a 429 without `Retry-After`, in milliseconds: the providers' rates are per minute. */
const slowDownPauseMs = 20_000;

/**
 * A provider as a source. A record is accepted only if it has the requested handle itself, since a provider that
 * ignores a filter returns other people. Anything else, and a nearly empty record, is `not_found`. Rejects with
 * `SourceUnusableError` when the key is refused or its account has no credits left.
 */
export function createProviderSource(provider: Provider, options: ProviderOptions): Source {
    const { title } = provider;
    const { clock, keyName = provider.keyField, origin = provider.origin } = options;
    const statuses = { ...commonStatuses, ...provider.statuses };
    const key = options.apiKey.trim();

    async function fetchProfile({ handle, timeoutMs, signal, onSent }: SourceRequest): Promise<SourceOutcome> {
        if (!isSendableKey(key)) throw unusable('key_refused');
        const { path, ...content } = provider.buildRequest(buildCanonicalUrl(handle), key);
        const url = `${origin}${path}`;
        const response = await requestJson({ ...content, url, timeoutMs, signal, onSent, clock });
        // What was sent may have been billed, so there is no retry.
        if (response.kind === 'failed') return { ...response, peer: title, isRetryable: false };
        const { creditsHeader } = provider;
        const credits = creditsHeader === undefined ? null : readCredits(response.headers[creditsHeader]);
        return { ...readOutcome(response, handle), ...(credits === null ? {} : { credits }) };
    }

    function readOutcome({ status, headers, json }: JsonResponse, handle: string): SourceOutcome {
        const meaning = statuses[status];
        if (status === 200) return readPerson(json, handle);
        if (meaning === 'not_found') return { kind: 'not_found' };
        if (meaning === 'no_credits' || meaning === 'key_refused') throw unusable(meaning);
        const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.now());
        if (status === 429) {
            const refusal = buildRateLimited(`${title}: status 429`, retryAfterMs ?? slowDownPauseMs);
            return { ...refusal, peer: title };
        }
        const failure = fail('server_error', `status ${status}`);
        if (status < 500) return failure;
        if (retryAfterMs === null) return { ...failure, isRetryable: meaning === 'busy' };
        return { ...failure, isRetryable: true, pause: { ms: retryAfterMs, scope: 'url' } };
    }

    function readPerson(json: unknown, handle: string): SourceOutcome {
        const response = provider.readResponse(json);
        if (!response) return fail('unreadable', 'the response does not match the documented format');
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
        return { ...buildFault(cause, `${title}: ${detail}`, false), peer: title };
    }

    function unusable(meaning: 'no_credits' | 'key_refused'): SourceUnusableError {
        return new SourceUnusableError(
            meaning === 'key_refused'
                ? `${title} refuses the API key: correct \`${keyName}\` and run again.`
                : `The account at ${title} has no credits left: top it up, or correct \`${keyName}\`, and run again.`,
        );
    }

    return {
        name: provider.name,
        provider: {
            maxRequestsPerSecond: provider.maxRequestsPerSecond,
            maxInFlight: 10,
            // Lookups cost money, and providers have no idempotency keys: three attempts, and only after a clear rejection.
            limits: { maxAttempts: 3, timeoutMs: provider.timeoutMs, isTimeWhole: true },
        },
        fetchProfile,
        close: async () => {},
    };
}

/** Credits from a header, "-0.5" and "0.5" alike; null without a number. */
function readCredits(value: unknown): number | null {
    return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Math.abs(Number(value)) : null;
}
