import type { SourceName } from '../../enrichment/result/result.ts';
import { providerKeys, type SourcePlan } from '../input/sources.ts';
import type { Pricing } from '../ledger/budget.ts';
import type { Log } from '../log.ts';
import { describePlaces } from '../console-report.ts';
import { readMaxProfiles, type ActorInput } from '../input/input.ts';
import type { Platform } from '../platform/platform.ts';
import { profileFoundEvent } from '../ledger/charger.ts';
import { formatUsd, roundUsd } from './money.ts';
import { planCharging } from '../ledger/pricing.ts';
import type { ResolvedInput } from '../input/resolve-input.ts';
import type { Worklist } from '../input/lines/worklist.ts';
import { groupProblems } from '../input/describe-problems.ts';

/** What a run would do and cost, without doing it. */
export type Estimate = {
    /** Profiles that would be fetched. */
    valid: number;
    duplicates: number;
    invalid: number;
    /** In US dollars, if every profile is found: 0 in test mode, null where the price is not known. */
    max_cost_usd: number | null;
    /** Company pages that would be fetched at most: one for each profile. Left out where they are not wanted. */
    companies?: number;
    /** At the rate kept, in whole seconds; those for companies included, so that with them it takes this long at most. */
    seconds: number;
};

/** Counts what a list would come to at most, and says it in one sentence. People on the suppression list cost nothing. */
export function buildEstimate(
    { items, invalid, duplicateCount }: Worklist,
    { pricePerFoundUsd, maxTotalChargeUsd }: Pricing,
    {
        maxRequestsPerSecond,
        maxProfiles,
        suppressed,
        sources,
        isTest,
        includeCompanyDetails,
    }: {
        maxRequestsPerSecond: number;
        maxProfiles: number | null;
        suppressed: ReadonlySet<string>;
        sources: Pick<SourcePlan, 'names' | 'maxLookups'>;
        isTest: boolean;
        includeCompanyDetails: boolean;
    },
): { estimate: Estimate; message: string } {
    const valid = items.filter(({ profileUrl }) => !suppressed.has(profileUrl.canonicalUrl)).length;
    const mostFound = Math.min(valid, maxProfiles ?? valid);
    const maxCostUsd = isTest ? 0 : pricePerFoundUsd === null ? null : roundUsd(mostFound * pricePerFoundUsd);
    // Above one a second, the pacer rounds down to whole requests.
    const rate = maxRequestsPerSecond < 1 ? maxRequestsPerSecond : Math.floor(maxRequestsPerSecond);
    const companies = includeCompanyDetails && sources.names.some((name) => companySources.has(name)) ? mostFound : 0;
    const seconds = Math.ceil((valid + companies) / rate);
    const cost = isTest
        ? '$0 in test mode'
        : maxCostUsd === null
          ? `up to ${mostFound.toLocaleString('en-US')} × ${profileFoundEvent}; the price is on the Actor’s page`
          : `at most ${formatUsd(maxCostUsd)}`;
    const left = items.length > valid ? `, on the suppression list ${items.length - valid}` : '';
    const limit =
        maxCostUsd !== null && maxTotalChargeUsd < maxCostUsd
            ? ` The run's own limit of ${formatUsd(maxTotalChargeUsd)} is lower: it would stop there.`
            : '';
    const lookups = describeLookups(valid, sources);
    const duration =
        companies === 0
            ? `about ${seconds} s`
            : `about ${Math.ceil(valid / rate)} s, and up to ${seconds} s with ${companies.toLocaleString('en-US')} company pages`;
    return {
        estimate: {
            valid,
            duplicates: duplicateCount,
            invalid: invalid.length,
            max_cost_usd: maxCostUsd,
            ...(includeCompanyDetails ? { companies } : {}),
            seconds,
        },
        message: `Estimate only, nothing was fetched: profiles ${valid}, duplicates ${duplicateCount}, invalid lines ${invalid.length}${left}; ${cost}${lookups}, ${duration}.${limit}`,
    };
}

/** "…, up to 500 lookups at AI Ark": each person may be asked about at each provider, as far as the limit goes. */
function describeLookups(valid: number, { names, maxLookups }: Pick<SourcePlan, 'names' | 'maxLookups'>): string {
    const providers = names.flatMap((name) => providerTitles[name] ?? []);
    if (providers.length === 0) return '';
    const most = Math.min(valid * providers.length, maxLookups ?? Number.POSITIVE_INFINITY);
    return `, up to ${most.toLocaleString('en-US')} lookups at ${providers.join(' and ')}`;
}

/** Those that have company pages. */
const companySources: ReadonlySet<SourceName> = new Set(['public-page', 'sandbox']);

const providerTitles: Partial<Record<SourceName, string>> = Object.fromEntries(
    Object.entries(providerKeys).map(([provider, { name }]) => [provider, name]),
);

/** Answers a run that only asks what it would come to, and ends it. */
export async function answerEstimate(
    platform: Platform,
    input: Pick<
        ActorInput,
        'mode' | 'maxRequestsPerSecond' | 'maxProfiles' | 'maxItems' | 'maxResults' | 'includeCompanyDetails'
    >,
    {
        runLines,
        worklist,
        suppressed,
        sources,
    }: Pick<ResolvedInput, 'runLines' | 'worklist' | 'suppressed' | 'sources'>,
    log: Log,
): Promise<void> {
    const facts = { ...(await platform.readPricing()), isAtHome: platform.isAtHome, mode: input.mode };
    const { pricing } = planCharging({ ...facts, storedRows: 0, storedFound: 0 });
    const { maxRequestsPerSecond, includeCompanyDetails } = input;
    const isTest = input.mode === 'test';
    const settings = {
        maxRequestsPerSecond,
        maxProfiles: readMaxProfiles(input),
        suppressed,
        sources,
        isTest,
        includeCompanyDetails,
    };
    const { estimate, message } = buildEstimate(worklist, pricing, settings);
    const { leftOut, beyond } = runLines;
    await platform.records.set('OUTPUT', {
        estimate,
        message,
        left_out: leftOut.length,
        ...(beyond === null ? {} : { beyond }),
        problems: groupProblems(runLines, worklist),
        warnings: log.warnings,
    });
    try {
        const { writeProblems } = await import('./exports/problems-csv.ts');
        await writeProblems({ runLines, worklist }, [], await platform.createUploads());
    } catch (error) {
        log.print(`problems.csv was not written (${(error as Error).message}).`);
    }
    log.print(message);
    if (platform.storageDir !== null) log.print(describePlaces(platform, true));
    await platform.setStatus(message, true);
    await platform.exit(0);
}
