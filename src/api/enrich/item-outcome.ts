import { buildInvalidResult, buildResult } from '../../enrichment/result/build-result.ts';
import type { Enrichment } from '../../enrichment/enrich-profile.ts';
import type { Lookup } from './source-link.ts';
import { redactPeople, listNamedPeople } from '../../enrichment/result/redact-people.ts';
import { keepFields, type Profile } from '../../enrichment/result/profile.ts';
import {
    providerNames,
    type Mode,
    type Result,
    type ResultErrorCode,
    type SourceTried,
} from '../../enrichment/result/result.ts';

/** What one URL of a request came to. */
export type ItemOutcome =
    | { kind: 'invalid'; url: string; reason: string }
    /** `askedUrl` is the canonical URL asked for; the profile that answered may have another. */
    | { kind: 'enriched'; url: string; askedUrl: string; enrichment: Lookup };

/** Why there is neither a profile nor the certainty that there is none. */
export type ItemFailure = { code: Exclude<ResultErrorCode, 'rate_limit_exceeded'>; message: string };

/** The Actor's sentences speak of its input; a caller of the API has none. */
const failureMessages = {
    upstream_error: 'LinkedIn did not show this profile. Try again later.',
    upstream_timeout: 'LinkedIn did not answer in time. Try again later.',
    internal_error: 'Something went wrong on our side. Try again; if it persists, send us the request id.',
} as const;

/** Of an upstream provider, whose name is the operator's affair. */
const providerMessages = {
    ...failureMessages,
    upstream_error: 'No source showed this profile. Try again later.',
    upstream_timeout: 'A source did not answer in time. Try again later.',
} as const;

/** The failure that an outcome is; null for a person found or not found. */
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

/** Whether asking again can come to something better: a required field is missing, and not every source answered. */
function isUnfinished({ outcome: ending, sourcesTried }: Lookup): boolean {
    const hasAnswered = ({ outcome }: SourceTried) => ['found', 'partial', 'not_found'].includes(outcome);
    return ending.status === 'success' && ending.isPartial && !sourcesTried.every(hasAnswered);
}

/** Whether asking again for the same would come to the same. */
export function isFinal(outcome: ItemOutcome): boolean {
    return outcome.kind === 'invalid' || (describeFailure(outcome) === null && !isUnfinished(outcome.enrichment));
}

/** Everybody whom an outcome names: who was asked for, who answered, and those whom their profile shows. */
export function peopleIn(outcome: ItemOutcome): string[] {
    if (outcome.kind === 'invalid') return [];
    const { outcome: ending, canonicalUrl } = outcome.enrichment;
    const shown = ending.status === 'success' ? listNamedPeople(ending.profile) : [];
    return [outcome.askedUrl, canonicalUrl, ...shown];
}

/** The outcome as it may be shown: who is suppressed has no profile, and stands in nobody else's. */
export function hideSuppressed(outcome: ItemOutcome, suppressed: ReadonlySet<string>): ItemOutcome {
    if (outcome.kind === 'invalid' || suppressed.size === 0) return outcome;
    const { askedUrl, enrichment } = outcome;
    const { outcome: ending } = enrichment;
    if (suppressed.has(askedUrl) || suppressed.has(enrichment.canonicalUrl)) {
        // Not even the new address of somebody who moved.
        return { ...outcome, enrichment: { ...enrichment, canonicalUrl: askedUrl, outcome: { status: 'not_found' } } };
    }
    if (ending.status !== 'success') return outcome;
    const shown = { ...ending, profile: redactPeople(ending.profile, suppressed) };
    return { ...outcome, enrichment: { ...enrichment, outcome: shown } };
}

/**
 * What each outcome costs: one credit for a profile found with a live key, at its first place in the request; none for
 * one that lacks a required field.
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

function causeOf({ outcome }: Enrichment) {
    return outcome.status === 'error' ? outcome.cause : null;
}

/** What of a profile found a caller wants to see. */
export type ShownParts = {
    /** Null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    includesCompanyDetails: boolean;
};

/** The result that an outcome is shown as. */
export function buildItemResult(
    outcome: ItemOutcome,
    context: {
        requestId: string;
        mode: Mode;
        creditsUsed: number;
        creditsRemaining: number;
    } & ShownParts,
): Result {
    const { fields, includesCompanyDetails, ...shown } = context;
    const item = { url: outcome.url, ...shown };
    if (outcome.kind === 'invalid') return buildInvalidResult(outcome.reason, item);
    const failure = describeFailure(outcome);
    if (!failure) {
        const result = buildResult(outcome.enrichment, item);
        if (result.status !== 'success') return result;
        const companyDetails = includesCompanyDetails ? result.company_details : null;
        return { ...result, profile: keepFields(result.profile, fields), company_details: companyDetails };
    }
    return buildResult(
        { ...outcome.enrichment, outcome: { status: 'error', cause: causeOf(outcome.enrichment), ...failure } },
        item,
    );
}
