import type { Clock } from '../enrichment/clock.ts';
import type { Companies } from '../enrichment/companies.ts';
import { buildInvalidResult, buildResult } from '../enrichment/result/build-result.ts';
import { enrichBatch, type BatchReport, type Reservation } from '../enrichment/enrich-batch.ts';
import { buildUnasked, type Enrichment } from '../enrichment/enrich-profile.ts';
import { redactPeople, keepFields } from '../enrichment/result/profile-content.ts';
import type { Mode, Result } from '../enrichment/result/result.ts';
import type { SourceChain } from '../enrichment/source-chain.ts';
import type { Budget } from './ledger/budget.ts';
import type { Ledger } from './ledger/ledger.ts';
import { maxDuplicateUrls } from './ledger/oversized-row.ts';
import type { Lifecycle } from './platform/lifecycle.ts';
import type { RowIdentity } from './ledger/item.ts';
import type { RowDraft } from './ledger/row.ts';
import type { RunEnding } from './output/totals.ts';
import { buildRunReport, dropAnswered, readAnswered, type RunReport } from './run-report.ts';
import type { Absence, Observation, Watch } from './watch/watch.ts';
import type { WorkItem, WorkLine, Worklist } from './input/lines/worklist.ts';

export type RunSettings = {
    mode: Mode;
    maxRequestsPerSecond: number;
    maxConcurrency: number;
    isConcurrencyFixed: boolean;
    duplicates: 'merge' | 'repeat';
    /** The profile fields to store; null for all. */
    fields: readonly string[] | null;
    /** Whether rows include the list's other columns. */
    keepColumns: boolean;
    /** Whether rows include details of the current company. */
    includeCompanyDetails: boolean;
    /** Time limit of a profile and its company together, in milliseconds. */
    timeoutMs: number;
    /** Canonical URLs never to be fetched or stored. */
    suppressed: ReadonlySet<string>;
};

export type RunContext = {
    settings: RunSettings;
    worklist: Worklist;
    chain: SourceChain;
    /** Null where company details are not requested or no source has company pages. */
    companies: Companies | null;
    /** Null without `watch`. */
    watch: Watch | null;
    ledger: Ledger;
    budget: Budget;
    lifecycle: Lifecycle;
    clock: Clock;
    /** Whether the process has no CPU time left for more concurrency. */
    isOverloaded: () => boolean;
    newRequestId: () => string;
    /** Called with every error that is a bug. */
    onBug: (error: unknown) => void;
    /** Called with each fetched line (its place in its list, from 1) once it has an enrichment. */
    onProcessed?: (line: number, enrichment: Enrichment) => void;
};

/**
 * Processes the worklist: every line without a row gets one or is listed in `remainingUrls`. The ledger must be
 * restored first. Resolves when every row is stored and charged, or known not to be.
 */
export async function run(context: RunContext): Promise<RunReport> {
    const { settings, worklist, chain, companies, watch, ledger, budget, lifecycle, clock } = context;
    const unreadSections = new Map<string, number>();
    for (const [inputIndex, reason] of watch?.skippedBefore ?? []) ledger.skip(inputIndex, reason, 'none');
    const answered = readAnswered(worklist, ledger);

    for (const invalid of worklist.invalid) {
        if (answered.has(invalid.inputIndex)) continue;
        const result = buildInvalidResult(invalid.reason, { ...resultContext(invalid.url), creditsRemaining: null });
        ledger.add([{ ...result, ...identify(invalid, []) }], 'none');
    }
    const wanted: WorkItem[] = [];
    for (const item of dropAnswered(worklist.items, answered, settings.duplicates)) {
        if (settings.suppressed.has(item.profileUrl.canonicalUrl))
            record(item, buildUnasked(item.profileUrl, chain.firstName, { status: 'not_found' }), 'none');
        else wanted.push(item);
    }

    const batch = await enrichBatch({
        items: wanted,
        maxRequestsPerSecond: settings.maxRequestsPerSecond,
        maxConcurrency: settings.maxConcurrency,
        isConcurrencyFixed: settings.isConcurrencyFixed,
        chain,
        clock,
        stopSignal: lifecycle.stopSignal,
        isOverloaded: context.isOverloaded,
        reserve: () => budget.reserve(),
        release: () => budget.release(),
        // After an abort or a migration the next start retries these; after a timeout there is none.
        shouldReportInterrupted: () => lifecycle.reason === null || lifecycle.reason === 'timeout',
        wasAnyAnswered: ledger.getState().rows.some(({ status }) => status === 'success' || status === 'not_found'),
        onBug: context.onBug,
        complete: (enrichment, item) =>
            companies && enrichment.outcome.status === 'success' && !isUnchanged(item, enrichment)
                ? companies.addDetails(enrichment, settings.timeoutMs - enrichment.spentMs)
                : null,
        onEnriched: (item, enrichment, reservation) => {
            for (const section of enrichment.unreadSections) {
                unreadSections.set(section, (unreadSections.get(section) ?? 0) + 1);
            }
            if (enrichment.isSuppressed) watch?.erase(item.profileUrl.canonicalUrl);
            record(item, enrichment, reservation);
            try {
                context.onProcessed?.(item.line, enrichment);
            } catch (error) {
                // A failing display must not lose a profile.
                context.onBug(error);
            }
        },
        onInFlight: (inFlight) => {
            if (inFlight === 0) ledger.flush();
        },
    }).catch((error: unknown): BatchReport => {
        context.onBug(error);
        return { ending: 'internal_error', reason: '' };
    });
    await ledger.drain(lifecycle.giveUpSignal);

    const ending = nameEnding(batch, lifecycle, budget);
    return buildRunReport(
        { ending, reason: batch.reason, unreadSections },
        { worklist, ledger, duplicates: settings.duplicates },
    );

    function record(item: WorkItem, enrichment: Enrichment, reservation: Reservation): void {
        const observation = readObservation(item, enrichment);
        const comparison = observation && watch?.compare(observation);
        if (watch?.onlyChanged && observation && comparison?.change === 'same') {
            watch.recordUnchanged(item.inputIndex, observation);
            return ledger.skip(item.inputIndex, 'unchanged', reservation);
        }
        const absence = readAbsence(item, enrichment);
        const absenceChange = absence && watch?.classifyAbsence(absence);
        if (absence && absenceChange === 'gone_before') {
            watch?.recordGone(item.inputIndex, absence);
            return ledger.skip(item.inputIndex, 'gone', reservation);
        }
        const changeFields = comparison ?? (absenceChange === 'gone' ? { change: absenceChange } : {});
        const buildRow = (line: WorkLine, duplicates: WorkLine[]): RowDraft => {
            const result = buildResult(enrichment, {
                ...resultContext(line.url),
                creditsUsed: 0,
                creditsRemaining: null,
            });
            return { ...selectFields(result), ...identify(line, duplicates), ...changeFields };
        };
        const isMerged = settings.duplicates === 'merge';
        const first = buildRow(item, isMerged ? item.duplicates : []);
        ledger.add([first, ...(isMerged ? [] : item.duplicates.map((line) => buildRow(line, [])))], reservation);
    }

    function identify({ inputIndex, line, columns }: WorkLine, duplicates: readonly WorkLine[]): RowIdentity {
        return {
            input_index: inputIndex,
            line,
            duplicate_urls: duplicates.slice(0, maxDuplicateUrls).map((duplicate) => duplicate.url),
            duplicate_count: duplicates.length,
            duplicate_of: null,
            ...(settings.keepColumns ? { input_columns: columns } : {}),
        };
    }

    /** Whether `onlyChanged` leaves this profile out because nothing changed. */
    function isUnchanged(item: WorkItem, enrichment: Enrichment): boolean {
        const observation = watch?.onlyChanged ? readObservation(item, enrichment) : null;
        return observation !== null && watch?.compare(observation).change === 'same';
    }

    function selectFields(result: Result): Result {
        if (result.status !== 'success') return result;
        const profile = redactPeople(result.profile, settings.suppressed);
        const companyDetails = settings.includeCompanyDetails ? result.company_details : null;
        return { ...result, profile: keepFields(profile, settings.fields), company_details: companyDetails };
    }

    function readObservation(
        { profileUrl }: WorkItem,
        { outcome, canonicalUrl, source, fetchedAt }: Enrichment,
    ): Observation | null {
        if (outcome.status !== 'success' || fetchedAt === null) return null;
        const profile = keepFields(outcome.profile, settings.fields);
        return { askedUrl: profileUrl.canonicalUrl, answeredUrl: canonicalUrl, source, profile, seenAt: fetchedAt };
    }

    /** A profile suppressed during its lookup is reported as not found, which is no absence. */
    function readAbsence(
        { profileUrl }: WorkItem,
        { outcome, source, fetchedAt, isSuppressed }: Enrichment,
    ): Absence | null {
        if (outcome.status !== 'not_found' || fetchedAt === null || isSuppressed) return null;
        return { askedUrl: profileUrl.canonicalUrl, source, seenAt: fetchedAt };
    }

    function resultContext(url: string) {
        return { url, requestId: context.newRequestId(), mode: settings.mode };
    }
}

function nameEnding({ ending }: BatchReport, lifecycle: Lifecycle, budget: Budget): RunEnding {
    if (lifecycle.reason === 'storage') return 'storage';
    if (ending === 'stopped') return lifecycle.reason ?? 'aborted';
    if (ending === 'budget') return budget.usedUp() ?? 'budget';
    return ending;
}
