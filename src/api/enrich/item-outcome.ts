import { buildInvalidResult, buildResult } from '../../enrichment/result/build-result.ts';
import { parseProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Lookup } from './source-link.ts';
import { redactPeople, listNamedPeople, keepFields } from '../../enrichment/result/profile-content.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import { providerNames, type Mode, type Result, type ResultErrorCode } from '../../enrichment/result/result.ts';

/** The outcome of one URL of a request. */
export type ItemOutcome =
    | { kind: 'invalid'; url: string; reason: string }
    /** `askedUrl` is the requested canonical URL; the profile found may have another. */
    | { kind: 'enriched'; url: string; askedUrl: string; enrichment: Lookup };

/** Why it is unknown whether there is a profile. */
export type ItemFailure = { code: Exclude<ResultErrorCode, 'rate_limit_exceeded'>; message: string };

/** Messages for the API's callers, who have no Actor input. */
const failureMessages = {
    upstream_error: 'LinkedIn did not show this profile. Try again later.',
    upstream_timeout: 'LinkedIn did not answer in time. Try again later.',
    internal_error: 'Something went wrong on our side. Try again; if it persists, send us the request id.',
} as const;

/** For upstream providers, whose names callers do not see. */
const providerMessages = {
    ...failureMessages,
    upstream_error: 'No source showed this profile. Try again later.',
    upstream_timeout: 'A source did not answer in time. Try again later.',
} as const;

/** The failure of an outcome; null if the person was found or not found. */
export function describeFailure(outcome: ItemOutcome): ItemFailure | null {
    if (outcome.kind === 'invalid') return { code: 'validation_failed', message: outcome.reason };
    const { outcome: ending, source, failureMessage } = outcome.enrichment;
    if (ending.status !== 'error') return null;
    // In the API, `rate_limit_exceeded` is about the account's rate, not about LinkedIn's.
    const { code: given } = ending;
    const code = given === 'internal_error' || given === 'upstream_timeout' ? given : 'upstream_error';
    const messages = providerNames.has(source) ? providerMessages : failureMessages;
    return { code, message: failureMessage ?? messages[code] };
}

/** Whether a retry would get the same outcome. */
export function isFinal(outcome: ItemOutcome): boolean {
    if (outcome.kind === 'invalid') return true;
    const { outcome: ending, sourcesTried } = outcome.enrichment;
    if (ending.status !== 'success' || !ending.isPartial) return ending.status !== 'error';
    // A required field is missing: a source that did not answer may have it.
    return sourcesTried.every((tried) => ['found', 'partial', 'not_found'].includes(tried.outcome));
}

/**
 * All people in an outcome: the requested person, the person found, and those shown in the profile; of a rejected URL
 * the person it may mean, whom the reason names.
 */
export function listPeople(outcome: ItemOutcome): string[] {
    if (outcome.kind === 'invalid') {
        const meant = parseProfileUrl(outcome.url);
        return meant.ok ? [meant.profileUrl.canonicalUrl] : [];
    }
    const { outcome: ending, canonicalUrl } = outcome.enrichment;
    const shown = ending.status === 'success' ? listNamedPeople(ending.profile) : [];
    return [outcome.askedUrl, canonicalUrl, ...shown];
}

/** The outcome without suppressed people: they are not found, and are redacted from other people's profiles. */
export function hideSuppressed(outcome: ItemOutcome, suppressed: ReadonlySet<string>): ItemOutcome {
    if (outcome.kind === 'invalid' || suppressed.size === 0) return outcome;
    const { askedUrl, enrichment } = outcome;
    const { outcome: ending } = enrichment;
    if (suppressed.has(askedUrl) || suppressed.has(enrichment.canonicalUrl)) {
        // Without the new address of a renamed profile.
        return { ...outcome, enrichment: { ...enrichment, canonicalUrl: askedUrl, outcome: { status: 'not_found' } } };
    }
    if (ending.status !== 'success') return outcome;
    const shown = { ...ending, profile: redactPeople(ending.profile, suppressed) };
    return { ...outcome, enrichment: { ...enrichment, outcome: shown } };
}

/**
 * The credits of each outcome: one for the first occurrence of a profile found with a live key, none if it lacks a
 * required field.
 */
export function priceOutcomes(outcomes: readonly ItemOutcome[], mode: Mode): number[] {
    const charged = new Set<string>();
    return outcomes.map((outcome) => {
        if (mode !== 'live' || outcome.kind === 'invalid') return 0;
        const { canonicalUrl, outcome: ending } = outcome.enrichment;
        if (ending.status !== 'success' || ending.isPartial) return 0;
        if (charged.has(canonicalUrl)) return 0;
        charged.add(canonicalUrl);
        return 1;
    });
}

/** The parts of a profile to return. */
export type ShownParts = {
    /** Null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    includesCompanyDetails: boolean;
};

/** Builds the result of an outcome. */
export function buildItemResult(
    outcome: ItemOutcome,
    context: {
        requestId: string;
        mode: Mode;
        creditsUsed: number;
        creditsRemaining: number;
    } & ShownParts,
): Result {
    const { requestId, mode, creditsUsed, creditsRemaining, fields, includesCompanyDetails } = context;
    const item = { url: outcome.url, requestId, mode, creditsUsed, creditsRemaining };
    if (outcome.kind === 'invalid') return buildInvalidResult(outcome.reason, item);
    const { enrichment } = outcome;
    const { outcome: ending } = enrichment;
    if (ending.status === 'error') {
        return buildResult({ ...enrichment, outcome: { ...ending, ...describeFailure(outcome) } }, item);
    }
    const result = buildResult(enrichment, item);
    if (result.status !== 'success') return result;
    const companyDetails = includesCompanyDetails ? result.company_details : null;
    return { ...result, profile: keepFields(result.profile, fields), company_details: companyDetails };
}
