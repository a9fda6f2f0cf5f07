import type { SourceName } from '../../enrichment/result/result.ts';
import { describePlaces } from '../console-report.ts';
import { groupProblems } from '../input/describe-problems.ts';
import { readMaxProfiles, type ActorInput } from '../input/input.ts';
import type { ResolvedInput } from '../input/load-input.ts';
import { providerKeys, type SourcePlan } from '../input/sources.ts';
import type { Pricing } from '../ledger/budget.ts';
import { profileFoundEvent } from '../ledger/charger.ts';
import { planCharging } from '../ledger/pricing.ts';
import type { Log } from '../log.ts';
import type { Platform } from '../platform/platform.ts';
import { formatCount, formatUsd, roundUsd } from './format.ts';

/** The `estimate` of a run with `estimateOnly`. */
export type Estimate = {
    /** Profiles that would be fetched. */
    valid: number;
    duplicates: number;
    invalid: number;
    /** In US dollars if every profile is found; 0 in test mode, null if the price is unknown. */
    max_cost_usd: number | null;
    /** Company pages fetched at most, one per profile; omitted without company details. */
    companies?: number;
    /** At the configured rate, in whole seconds; an upper bound with company pages. */
    seconds: number;
};

/** Estimates the most a list can cost and take, with a one-sentence summary. Suppressed people are not counted. */
export function buildEstimate(
    { worklist, suppressed, sources }: Pick<ResolvedInput, 'worklist' | 'suppressed'> & { sources: EstimatedSources },
    { pricePerFoundUsd, maxTotalChargeUsd }: Pick<Pricing, 'pricePerFoundUsd' | 'maxTotalChargeUsd'>,
    input: EstimatedInput,
): { estimate: Estimate; message: string } {
    const { items, invalid, duplicateCount } = worklist;
    const { maxRequestsPerSecond, includeCompanyDetails } = input;
    const isTest = input.mode === 'test';
    const valid = items.filter(({ profileUrl }) => !suppressed.has(profileUrl.canonicalUrl)).length;
    const maxFound = Math.min(valid, readMaxProfiles(input) ?? valid);
    const maxCostUsd = isTest ? 0 : pricePerFoundUsd === null ? null : roundUsd(maxFound * pricePerFoundUsd);
    // Above one request a second, the pacer rounds down to whole requests.
    const rate = maxRequestsPerSecond < 1 ? maxRequestsPerSecond : Math.floor(maxRequestsPerSecond);
    const companies = includeCompanyDetails && sources.names.some((name) => companySources.has(name)) ? maxFound : 0;
    const seconds = Math.ceil((valid + companies) / rate);
    const cost = isTest
        ? '$0 in test mode'
        : maxCostUsd === null
          ? `up to ${formatCount(maxFound)} × ${profileFoundEvent}; the price is on the Actor’s page`
          : `at most ${formatUsd(maxCostUsd)}`;
    const left = items.length > valid ? `, on the suppression list ${formatCount(items.length - valid)}` : '';
    const limit =
        maxCostUsd !== null && maxTotalChargeUsd < maxCostUsd
            ? ` The run's spending limit of ${formatUsd(maxTotalChargeUsd)} is lower: it would stop there.`
            : '';
    const duration =
        companies === 0
            ? `about ${seconds} s`
            : `about ${Math.ceil(valid / rate)} s, and up to ${seconds} s with ${formatCount(companies)} company pages`;
    return {
        estimate: {
            valid,
            duplicates: duplicateCount,
            invalid: invalid.length,
            max_cost_usd: maxCostUsd,
            ...(includeCompanyDetails ? { companies } : {}),
            seconds,
        },
        message: `Estimate only, nothing was fetched: profiles ${formatCount(valid)}, duplicates ${formatCount(duplicateCount)}, invalid lines ${formatCount(invalid.length)}${left}; ${cost}${describeLookups(valid, sources)}, ${duration}.${limit}`,
    };
}

type EstimatedSources = Pick<SourcePlan, 'names' | 'maxLookups'>;
type EstimatedInput = Pick<ActorInput, 'mode' | 'maxRequestsPerSecond' | 'includeCompanyDetails'> &
    Parameters<typeof readMaxProfiles>[0];

/** "…, up to 500 lookups at AI Ark": at most one per person and provider, within the limit. */
function describeLookups(valid: number, { names, maxLookups }: EstimatedSources): string {
    const providers = names.flatMap((name) =>
        name in providerKeys ? providerKeys[name as keyof typeof providerKeys].name : [],
    );
    if (providers.length === 0) return '';
    const maxCount = Math.min(valid * providers.length, maxLookups ?? Number.POSITIVE_INFINITY);
    return `, up to ${formatCount(maxCount)} lookups at ${providers.join(' and ')}`;
}

const companySources: ReadonlySet<SourceName> = new Set(['public-page', 'sandbox']);

/** Writes the estimate of an `estimateOnly` run and ends the run. */
export async function finishEstimate(
    platform: Platform,
    input: EstimatedInput,
    resolved: Pick<ResolvedInput, 'runLines' | 'worklist' | 'suppressed' | 'sources'>,
    log: Log,
): Promise<void> {
    const { runLines, worklist } = resolved;
    const { pricing } = planCharging({ ...(await platform.readPricing()), mode: input.mode });
    const { estimate, message } = buildEstimate(resolved, pricing, input);
    await platform.records.set('OUTPUT', {
        estimate,
        message,
        left_out: runLines.leftOut.length,
        ...(runLines.beyond === null ? {} : { beyond: runLines.beyond }),
        problems: groupProblems(runLines, worklist),
        warnings: log.warnings,
    });
    try {
        const { createProblems } = await import('./exports/problems.ts');
        await createProblems(resolved).writeCsv(await platform.createUploads());
    } catch (error) {
        log.print(`problems.csv was not written (${(error as Error).message}).`);
    }
    log.print(message);
    if (platform.storageDir !== null) log.print(describePlaces(platform, true));
    await platform.setStatus(message, true);
    await platform.exit(0);
}
