import type { Clock } from '../enrichment/clock.ts';
import type { Companies } from '../enrichment/companies.ts';
import { buildInvalidResult, buildResult } from '../enrichment/result/build-result.ts';
import { enrichBatch, type BatchReport, type Reservation } from '../enrichment/enrich-batch.ts';
import { buildUnasked, type Enrichment } from '../enrichment/enrich-profile.ts';
import { leaveOutPeople } from '../enrichment/result/leave-out-people.ts';
import { keepFields } from '../enrichment/result/profile.ts';
import type { Mode, Result } from '../enrichment/result/result.ts';
import type { SourceChain } from '../enrichment/source-chain.ts';
import type { Budget } from './ledger/budget.ts';
import type { Ledger } from './ledger/ledger.ts';
import { maxDuplicateUrls } from './ledger/oversized-row.ts';
import type { Lifecycle } from './platform/lifecycle.ts';
import type { RowIdentity } from './ledger/item.ts';
import type { RowDraft } from './ledger/row.ts';
import { totalRun, type RunEnding, type RunTotals } from './output/totals.ts';
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
    /** Whether rows hold the other columns of their list. */
    keepColumns: boolean;
    /** Whether rows show what is known of the current company. */
    includeCompanyDetails: boolean;
    /** What a profile and its company may take together, in milliseconds. */
    timeoutMs: number;
    /** Canonical URLs of people never to be fetched or stored. */
    suppressed: ReadonlySet<string>;
};

export type RunContext = {
    settings: RunSettings;
    worklist: Worklist;
    chain: SourceChain;
    /** Where people work; null where nobody asked, or no source has companies. */
    companies: Companies | null;
    /** Finds out what is new about people; null when nobody asked. */
    watch: Watch | null;
    ledger: Ledger;
    budget: Budget;
    lifecycle: Lifecycle;
    clock: Clock;
    /** Whether this process has no time left for more work at once. */
    isOverloaded: () => boolean;
    newRequestId: () => string;
    /** Told of every error that is a bug of ours. */
    onBug: (error: unknown) => void;
    /** Told of every line that was asked for, by its place in its list, once it is answered. */
    onAnswered?: (line: number, enrichment: Enrichment) => void;
};

export type RunReport = {
    ending: RunEnding;
    /** What ended the run, in a sentence for users, where the ending alone does not say it; else empty. */
    reason: string;
    totals: RunTotals;
    /** The lines, ready for `profileUrls`, that still want a row: run again, they complete the list. */
    remainingUrls: string[];
    /** The people, ready for `profileUrls`, whose lines ended in an error that another attempt can change. */
    failedUrls: string[];
    /** How often a section that a page holds could not be read, by its name. */
    unreadSections: Map<string, number>;
};

/**
 * Works the list off: every line that has no row yet gets one, or is named in `remainingUrls`. The ledger must have
 * been restored before. Resolves when everything written is stored and charged, or is known not to be.
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
            answer(item, buildUnasked(item.profileUrl, chain.firstName, { status: 'not_found' }), 'none');
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
        // Whoever goes on with the list after an abort or a migration tries again; nobody does after a timeout.
        answersWhenStopped: () => lifecycle.reason === null || lifecycle.reason === 'timeout',
        wasAnyoneLetIn: ledger.getState().rows.some(({ status }) => status === 'success' || status === 'not_found'),
        onBug: context.onBug,
        complete: (enrichment, item) =>
            companies && enrichment.outcome.status === 'success' && !isUnchanged(item, enrichment)
                ? companies.addDetails(enrichment, settings.timeoutMs - enrichment.spentMs)
                : null,
        onEnriched: (item, enrichment, reservation) => {
            for (const section of enrichment.unreadSections) {
                unreadSections.set(section, (unreadSections.get(section) ?? 0) + 1);
            }
            if (enrichment.isSuppressed) watch?.forget(item.profileUrl.canonicalUrl);
            answer(item, enrichment, reservation);
            try {
                context.onAnswered?.(item.line, enrichment);
            } catch (error) {
                // What people see is not worth a profile.
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
    return buildRunReport({ ending, reason: batch.reason, unreadSections }, context);

    function answer(item: WorkItem, enrichment: Enrichment, reservation: Reservation): void {
        const observation = readObservation(item, enrichment);
        const comparison = observation && watch?.compare(observation);
        if (watch?.onlyChanged && observation && comparison?.change === 'same') {
            watch.recordUnchanged(item.inputIndex, observation);
            return ledger.skip(item.inputIndex, 'unchanged', reservation);
        }
        const absence = readAbsence(item, enrichment);
        const absenceMeans = absence && watch?.judgeAbsence(absence);
        if (absence && absenceMeans === 'gone_before') {
            watch?.recordGone(item.inputIndex, absence);
            return ledger.skip(item.inputIndex, 'gone', reservation);
        }
        const news = comparison ?? (absenceMeans === 'gone' ? { change: absenceMeans } : {});
        const buildRow = (line: WorkLine, duplicates: WorkLine[]): RowDraft => {
            const result = buildResult(enrichment, {
                ...resultContext(line.url),
                creditsUsed: 0,
                creditsRemaining: null,
            });
            return { ...keepWanted(result), ...identify(line, duplicates), ...news };
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

    /** Whether nothing is written of a person, since nothing is new. */
    function isUnchanged(item: WorkItem, enrichment: Enrichment): boolean {
        const observation = watch?.onlyChanged ? readObservation(item, enrichment) : null;
        return observation !== null && watch?.compare(observation).change === 'same';
    }

    function keepWanted(result: Result): Result {
        if (result.status !== 'success') return result;
        const profile = leaveOutPeople(result.profile, settings.suppressed);
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

    /** Who is suppressed on the way is answered like somebody who was never there. */
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

/** What a run that ended left behind, counted from what is stored. */
export function buildRunReport(
    { ending, reason, unreadSections }: Pick<RunReport, 'ending' | 'reason' | 'unreadSections'>,
    {
        worklist,
        ledger,
        settings: { duplicates },
    }: Pick<RunContext, 'worklist' | 'ledger'> & { settings: Pick<RunSettings, 'duplicates'> },
): RunReport {
    const remaining = dropAnswered(worklist.items, readAnswered(worklist, ledger), duplicates);
    return {
        ending,
        reason,
        totals: totalRun(worklist, ledger.getState()),
        remainingUrls: remaining
            .flatMap((item) => (duplicates === 'merge' ? [item] : [item, ...item.duplicates]))
            .map(({ url, pasteUrl = url }) => pasteUrl),
        failedUrls: listFailedUrls(worklist, ledger),
        unreadSections,
    };
}

/** Each person once. What is too large stays so. */
function listFailedUrls({ items }: Worklist, ledger: Ledger): string[] {
    const failed = new Set<number>();
    for (const { input_index: inputIndex, status, code, meta } of ledger.getState().rows) {
        const isNamed = code === 'validation_failed' || meta.cause === 'too_large';
        if (status === 'error' && !isNamed) failed.add(inputIndex);
    }
    return items
        .filter((item) => [item, ...item.duplicates].some(({ inputIndex }) => failed.has(inputIndex)))
        .map(({ url, pasteUrl = url }) => pasteUrl);
}

/** Lines that are done: those with a row, and all the lines of people who need none. */
function readAnswered(worklist: Worklist, ledger: Ledger): Set<number> {
    const { rows, skipped } = ledger.getState();
    const done = worklist.items.filter(({ inputIndex }) => skipped.has(inputIndex));
    const lines = done.flatMap(({ inputIndex, duplicates }) => [
        inputIndex,
        ...duplicates.map((line) => line.inputIndex),
    ]);
    return new Set([...rows.map((row) => row.input_index), ...lines]);
}

/** The items that still have a line without a row; in `repeat` mode cut down to those lines. */
function dropAnswered(items: WorkItem[], answered: ReadonlySet<number>, duplicates: 'merge' | 'repeat'): WorkItem[] {
    if (duplicates === 'merge') return items.filter((item) => !answered.has(item.inputIndex));
    return items.flatMap((item) => {
        const [first, ...duplicates] = [item, ...item.duplicates].filter((line) => !answered.has(line.inputIndex));
        return first ? [{ ...item, ...first, duplicates }] : [];
    });
}

function nameEnding({ ending }: BatchReport, lifecycle: Lifecycle, budget: Budget): RunEnding {
    if (lifecycle.reason === 'storage') return 'storage';
    if (ending === 'stopped') return lifecycle.reason ?? 'aborted';
    if (ending === 'budget') return budget.usedUp() ?? 'budget';
    return ending;
}
