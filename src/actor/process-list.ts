import type { Clock } from '../enrichment/clock.ts';
import type { Companies } from '../enrichment/companies.ts';
import { enrichBatch, type BatchReport, type Reservation } from '../enrichment/enrich-batch.ts';
import { buildUnasked, type Enrichment } from '../enrichment/enrich-profile.ts';
import { buildInvalidResult, buildResult } from '../enrichment/result/build-result.ts';
import type { ConcurrencyOptions } from '../enrichment/pacer.ts';
import { keepFields, redactPeople } from '../enrichment/result/profile-content.ts';
import type { Result } from '../enrichment/result/result.ts';
import type { SourceChain } from '../enrichment/source-chain.ts';
import type { ActorInput } from './input/input.ts';
import type { WorkItem, WorkLine, Worklist } from './input/lines/worklist.ts';
import type { Budget } from './ledger/budget.ts';
import type { RowIdentity } from './ledger/item.ts';
import type { Ledger } from './ledger/ledger.ts';
import { maxDuplicateUrls, type RowDraft } from './ledger/row.ts';
import { totalRun, type RunEnding, type RunTotals } from './output/totals.ts';
import type { Lifecycle } from './platform/lifecycle.ts';
import type { Absence, Observation, Watch } from './watch/watch.ts';

export type ListContext = Pick<ConcurrencyOptions, 'maxConcurrency' | 'isConcurrencyFixed'> & {
    input: ActorInput;
    /** Canonical URLs never to be fetched or stored. */
    suppressed: ReadonlySet<string>;
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
    onBug: (error: unknown) => void;
    /** Called with each fetched line (its place in its list, from 1) once it has an enrichment. */
    onProcessed?: (line: number, enrichment: Enrichment) => void;
};

export type RunReport = {
    ending: RunEnding;
    /** What ended the run, in a sentence for users, where the ending alone does not say it; else empty. */
    reason: string;
    totals: RunTotals;
    /** Lines without a row, ready for `profileUrls`: another run with them completes the list. */
    remainingUrls: string[];
    /** Profiles whose lines ended in a retryable error, ready for `profileUrls`. */
    failedUrls: string[];
    /** Pages on which a section could not be read, by the section's name. */
    unreadSections: Map<string, number>;
};

/**
 * Processes the worklist: every line without a row gets one or is listed in `remainingUrls`. The ledger must be
 * restored first. Resolves when every row is stored and charged, or known not to be.
 */
export async function processList(context: ListContext): Promise<RunReport> {
    const { input, suppressed, worklist, chain, companies, watch, ledger, budget, lifecycle, onBug } = context;
    const unreadSections = new Map<string, number>();
    for (const [inputIndex, reason] of watch?.skippedBefore ?? []) ledger.skip(inputIndex, reason, 'none');
    const answered = readAnswered(worklist, ledger);

    for (const invalid of worklist.invalid) {
        if (answered.has(invalid.inputIndex)) continue;
        const result = buildInvalidResult(invalid.reason, describeRequest(invalid.url));
        ledger.add([{ ...result, ...identify(invalid, []) }], 'none');
    }
    const wanted: WorkItem[] = [];
    for (const item of dropAnswered(worklist.items, answered, input.duplicates)) {
        if (suppressed.has(item.profileUrl.canonicalUrl))
            record(item, buildUnasked(item.profileUrl, chain.firstName, { status: 'not_found' }), 'none');
        else wanted.push(item);
    }

    const batch = await enrichBatch({
        ...context,
        items: wanted,
        maxRequestsPerSecond: input.maxRequestsPerSecond,
        stopSignal: lifecycle.stopSignal,
        reserve: () => budget.reserve(),
        release: () => budget.release(),
        // After an abort or a migration the next start retries these; after a timeout there is none.
        shouldReportInterrupted: () => lifecycle.reason === null || lifecycle.reason === 'timeout',
        wasAnyAnswered: ledger.getState().rows.some(({ status }) => status === 'success' || status === 'not_found'),
        complete: (enrichment, item) =>
            companies && enrichment.outcome.status === 'success' && !isUnchanged(item, enrichment)
                ? companies.addDetails(enrichment, input.timeoutSecs * 1000 - enrichment.spentMs)
                : null,
        onEnriched(item, enrichment, reservation) {
            for (const section of enrichment.unreadSections)
                unreadSections.set(section, (unreadSections.get(section) ?? 0) + 1);
            if (enrichment.isSuppressed) watch?.erase(item.profileUrl.canonicalUrl);
            record(item, enrichment, reservation);
            try {
                context.onProcessed?.(item.line, enrichment);
            } catch (error) {
                // A failing display must not lose a profile.
                onBug(error);
            }
        },
        onInFlight(inFlight) {
            if (inFlight === 0) ledger.flush();
        },
    }).catch((error: unknown): BatchReport => {
        onBug(error);
        return { ending: 'internal_error', reason: '' };
    });
    await ledger.drain(lifecycle.giveUpSignal);
    const ended = { ending: nameEnding(batch, context), reason: batch.reason, unreadSections };
    const report = buildRunReport(context, ended);
    // The time was up while rows were being written: those in doubt are left to the next start.
    const isCutOff = report.ending === 'completed' && report.remainingUrls.length > 0;
    return isCutOff ? { ...report, ending: lifecycle.reason ?? 'timeout' } : report;

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
            const result = buildResult(enrichment, describeRequest(line.url));
            return { ...selectFields(result), ...identify(line, duplicates), ...changeFields };
        };
        const isMerged = input.duplicates === 'merge';
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
            ...(input.keepColumns ? { input_columns: columns } : {}),
        };
    }

    /** Whether `onlyChanged` leaves this profile out because nothing changed. */
    function isUnchanged(item: WorkItem, enrichment: Enrichment): boolean {
        const observation = watch?.onlyChanged ? readObservation(item, enrichment) : null;
        return observation !== null && watch?.compare(observation).change === 'same';
    }

    function selectFields(result: Result): Result {
        if (result.status !== 'success') return result;
        const profile = redactPeople(result.profile, suppressed);
        const companyDetails = input.includeCompanyDetails ? result.company_details : null;
        return { ...result, profile: keepFields(profile, input.fields), company_details: companyDetails };
    }

    function readObservation(
        { profileUrl }: WorkItem,
        { outcome, canonicalUrl, source, fetchedAt }: Enrichment,
    ): Observation | null {
        if (outcome.status !== 'success' || fetchedAt === null) return null;
        const profile = keepFields(outcome.profile, input.fields);
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

    /** The ledger sets the credits. */
    function describeRequest(url: string) {
        return { url, requestId: context.newRequestId(), mode: input.mode, creditsRemaining: null };
    }
}

function nameEnding({ ending }: BatchReport, { lifecycle, budget }: ListContext): RunEnding {
    if (lifecycle.reason === 'storage') return 'storage';
    if (ending === 'stopped') return lifecycle.reason ?? 'aborted';
    if (ending === 'budget') return budget.usedUp() ?? 'budget';
    return ending;
}

/** Builds the report of a finished run from what is stored. */
export function buildRunReport(
    { worklist, ledger, input: { duplicates } }: Pick<ListContext, 'worklist' | 'ledger' | 'input'>,
    ended: Pick<RunReport, 'ending' | 'reason' | 'unreadSections'>,
): RunReport {
    const remaining = dropAnswered(worklist.items, readAnswered(worklist, ledger), duplicates);
    return {
        ...ended,
        totals: totalRun(worklist, ledger.getState()),
        remainingUrls: remaining
            .flatMap((item) => (duplicates === 'merge' ? [item] : [item, ...item.duplicates]))
            .map(({ url, pasteUrl = url }) => pasteUrl),
        failedUrls: listFailedUrls(worklist, ledger),
    };
}

/** Lists each profile once. Oversized profiles are left out: another attempt would end the same. */
function listFailedUrls({ items }: Worklist, ledger: Ledger): string[] {
    const failed = new Set<number>();
    for (const { input_index: inputIndex, status, code, meta } of ledger.getState().rows) {
        const isFinal = code === 'validation_failed' || meta.cause === 'too_large';
        if (status === 'error' && !isFinal) failed.add(inputIndex);
    }
    return items
        .filter((item) => [item, ...item.duplicates].some(({ inputIndex }) => failed.has(inputIndex)))
        .map(({ url, pasteUrl = url }) => pasteUrl);
}

/** Input indexes that need no more work: those with a row, and all lines of skipped profiles. */
function readAnswered({ items }: Worklist, ledger: Ledger): Set<number> {
    const { rows, skipped } = ledger.getState();
    const answered = new Set(rows.map((row) => row.input_index));
    for (const { inputIndex, duplicates } of items) {
        if (skipped.has(inputIndex)) for (const line of [{ inputIndex }, ...duplicates]) answered.add(line.inputIndex);
    }
    return answered;
}

/** The items with at least one line without a row; in `repeat` mode reduced to those lines. */
function dropAnswered(
    items: WorkItem[],
    answered: ReadonlySet<number>,
    duplicates: ActorInput['duplicates'],
): WorkItem[] {
    if (duplicates === 'merge') return items.filter((item) => !answered.has(item.inputIndex));
    return items.flatMap((item) => {
        const [first, ...duplicates] = [item, ...item.duplicates].filter((line) => !answered.has(line.inputIndex));
        return first ? [{ ...item, ...first, duplicates }] : [];
    });
}
