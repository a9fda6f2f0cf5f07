import pLimit from 'p-limit';
import { parseCompanyUrl, type CompanyDetails, type CompanyStatus, type CompanyUrl } from './result/company.ts';
import type { Enrichment } from './enrich-profile.ts';
import { makeAttempts, type AttemptsContext } from './make-attempts.ts';
import type { CompanyOutcome, FailedOutcome, Source } from './source.ts';

/** So many companies in a row that were refused, after all attempts, mean that all will be. */
export const refusedCompaniesToGiveUp = 20;

/** How long answers are kept, and how many. */
export type CompaniesMemory = {
    /** For how long a company found or not found is not asked for again, in milliseconds. */
    answersMs: number;
    /** The same for one that was refused, timed out or failed. */
    failuresMs: number;
    /** For how long no company is asked for after `refusedCompaniesToGiveUp` refusals, in milliseconds. */
    restMs: number;
    maxAnswers: number;
};

const forever = Number.POSITIVE_INFINITY;
/** A run asks for each company once. */
export const memoryOfARun: CompaniesMemory = {
    answersMs: forever,
    failuresMs: forever,
    restMs: forever,
    maxAnswers: forever,
};

export type CompaniesOptions = Omit<AttemptsContext, 'onFailure'> & {
    source: { fetchCompany: NonNullable<Source['fetchCompany']> };
    /** The most companies asked for at once. */
    maxInFlight: number;
    memory: CompaniesMemory;
    /** Aborts when no more may be asked for. */
    stopSignal: AbortSignal;
    /** Companies that are known already, and need not be asked for. */
    known?: Iterable<CompanyDetails>;
    /** Told of every company that was asked for, once it is answered. */
    onAsked?: (outcome: 'found' | CompanyStatus) => void;
    /** Told of every failed attempt, by the company's path; for logs. */
    onRetry?: (path: string, failure: FailedOutcome, delayMs: number | null) => void;
    /** Told each time that the asking ends because companies are refused. */
    onGivenUp?: () => void;
    /** Told of every error that is a bug of ours. */
    onBug: (error: unknown) => void;
};

export type Companies = {
    /**
     * The enrichment with its profile's current company, or with the reason why that could not be had, after
     * `timeoutMs` at the latest: waiting for the pacer's rate does not count. `signal` ends the wait too. An enrichment
     * that has a company, names none, or found nobody comes back as it is. Never rejects.
     */
    addDetails<E extends Enrichment>(enrichment: E, timeoutMs: number, signal?: AbortSignal): Promise<E>;
    /** Gives up what is under way: nobody waits for it any more. */
    close(): void;
};

type Answer = { details: CompanyDetails } | { status: CompanyStatus };

/** One company: asked for, or answered. */
type Entry = {
    answer: Answer | null;
    answering: Promise<Answer>;
    answeredAt: number;
    /** How long the pacer was waited for so far, in milliseconds. */
    getQueuedMs: () => number;
};

/**
 * The companies where people work. Each is asked for once, by the page that the profile names; profiles that wait for
 * the same one share the answer. Requests go at the pacer's rate, before those for profiles that were not begun.
 */
export function createCompanies(options: CompaniesOptions): Companies {
    const { source, clock, signal, stopSignal, memory } = options;
    const closing = new AbortController();
    const limit = pLimit(options.maxInFlight);
    const entries = new Map<string, Entry>();
    let refusedInARow = 0;
    let givenUpUntil = Number.NEGATIVE_INFINITY;
    for (const details of options.known ?? []) remember({ details });

    async function addDetails<E extends Enrichment>(enrichment: E, timeoutMs: number, hangUp = signal): Promise<E> {
        const { outcome } = enrichment;
        if (outcome.status !== 'success') return enrichment;
        if (outcome.companyDetails !== null) {
            remember({ details: outcome.companyDetails });
            return enrichment;
        }
        const url = parseCompanyUrl(outcome.profile.company.linkedin_url);
        if (!url || outcome.companyStatus !== undefined) return enrichment;
        const startedAt = clock.elapsed();
        const answer = await lookUp(url, timeoutMs, hangUp);
        const durationMs = enrichment.durationMs + Math.round(clock.elapsed() - startedAt);
        const added = 'details' in answer ? { companyDetails: answer.details } : { companyStatus: answer.status };
        return { ...enrichment, durationMs, outcome: { ...outcome, ...added } };
    }

    async function lookUp(url: CompanyUrl, timeoutMs: number, hangUp: AbortSignal): Promise<Answer> {
        const known = recall(url.path);
        if (known?.answer) return known.answer;
        if (stopSignal.aborted || hangUp.aborted || timeoutMs <= 0) return { status: 'timeout' };
        if (!known && clock.elapsed() < givenUpUntil) return { status: 'refused' };
        const entry = known ?? begin(url);
        return waitFor(entry, timeoutMs, hangUp);
    }

    async function waitFor(entry: Entry, timeoutMs: number, hangUp: AbortSignal): Promise<Answer> {
        const joinedAt = clock.elapsed();
        const queuedBeforeMs = entry.getQueuedMs();
        const isOver = new AbortController();
        const leave = () => isOver.abort();
        hangUp.addEventListener('abort', leave, { once: true });
        const patience = async (): Promise<Answer> => {
            for (let leftMs = timeoutMs; leftMs > 0 && !isOver.signal.aborted;) {
                await clock.sleep(leftMs, isOver.signal).catch(() => {});
                leftMs = timeoutMs - (clock.elapsed() - joinedAt - (entry.getQueuedMs() - queuedBeforeMs));
            }
            return { status: 'timeout' };
        };
        try {
            return await Promise.race([entry.answering, patience()]);
        } finally {
            hangUp.removeEventListener('abort', leave);
            leave();
        }
    }

    function begin(url: CompanyUrl): Entry {
        const queue = measureQueue(options);
        const answering = limit(ask, url, queue.pacer).then((answer) => {
            entry.answer = answer;
            entry.answeredAt = clock.elapsed();
            // What the end of the run cut short is unknown, not answered.
            if (signal.aborted) entries.delete(url.path);
            remember(answer);
            return answer;
        });
        const entry: Entry = { answer: null, answering, answeredAt: 0, getQueuedMs: queue.getQueuedMs };
        keep(url.path, entry);
        return entry;
    }

    /** Never rejects. */
    async function ask({ path }: CompanyUrl, measured: CompaniesOptions['pacer']): Promise<Answer> {
        if (clock.elapsed() < givenUpUntil) return { status: 'refused' };
        const ended = AbortSignal.any([signal, closing.signal]);
        try {
            const slot = await measured.acquire({ signal: AbortSignal.any([stopSignal, ended]), isRetry: true });
            const { outcome, isInterrupted } = await makeAttempts<CompanyOutcome>(
                (attempt) => source.fetchCompany({ ...attempt, path }),
                {
                    ...options,
                    signal: ended,
                    pacer: measured,
                    onFailure: (failure, delayMs) => options.onRetry?.(path, failure, delayMs),
                },
                slot,
            );
            return conclude(isInterrupted ? 'timeout' : nameStatus(outcome), outcome);
        } catch (error) {
            if (stopSignal.aborted || ended.aborted) return { status: 'timeout' };
            options.onBug(error);
            return conclude('failed', null);
        }
    }

    function conclude(status: 'found' | CompanyStatus, outcome: CompanyOutcome | null): Answer {
        options.onAsked?.(status);
        refusedInARow = status === 'refused' ? refusedInARow + 1 : 0;
        if (refusedInARow >= refusedCompaniesToGiveUp && clock.elapsed() >= givenUpUntil) {
            givenUpUntil = clock.elapsed() + memory.restMs;
            // After the rest, one more refusal is enough.
            refusedInARow -= 1;
            options.onGivenUp?.();
        }
        if (outcome?.kind === 'found') return { details: outcome.company };
        return { status: status === 'found' ? 'failed' : status };
    }

    function recall(path: string): Entry | undefined {
        const entry = entries.get(path);
        if (!entry?.answer) return entry;
        const { answer } = entry;
        const isAnswered = 'details' in answer || answer.status === 'not_found';
        const keepMs = isAnswered ? memory.answersMs : memory.failuresMs;
        if (clock.elapsed() - entry.answeredAt <= keepMs) return entry;
        entries.delete(path);
        return undefined;
    }

    /** A company is known by the address of its page, which may be another one than was asked for, and by its number. */
    function remember(answer: Answer): void {
        if (!('details' in answer)) return;
        const { linkedin_url: address, organization_id: id } = answer.details;
        const paths = [parseCompanyUrl(address)?.path, id === null ? undefined : `company/${id}`];
        for (const path of paths) {
            if (path === undefined || entries.has(path)) continue;
            const answering = Promise.resolve(answer);
            keep(path, { answer, answering, answeredAt: clock.elapsed(), getQueuedMs: () => 0 });
        }
    }

    function keep(path: string, entry: Entry): void {
        entries.set(path, entry);
        const [oldest] = entries.keys();
        if (entries.size > memory.maxAnswers && oldest !== undefined) entries.delete(oldest);
    }

    return { addDetails, close: () => closing.abort(new Error('nobody waits for it')) };
}

function nameStatus(outcome: CompanyOutcome): 'found' | CompanyStatus {
    if (outcome.kind !== 'failed') return outcome.kind;
    if (outcome.isRefusal) return 'refused';
    return outcome.code === 'upstream_timeout' ? 'timeout' : 'failed';
}

/** The same pacer, and how long it was waited for so far. */
function measureQueue({ pacer, clock }: Pick<CompaniesOptions, 'pacer' | 'clock'>) {
    let queuedMs = 0;
    let queuedAt: number | null = null;
    return {
        getQueuedMs: () => queuedMs + (queuedAt === null ? 0 : clock.elapsed() - queuedAt),
        pacer: {
            async acquire(request: Parameters<typeof pacer.acquire>[0]) {
                queuedAt = clock.elapsed();
                try {
                    return await pacer.acquire(request);
                } finally {
                    queuedMs += clock.elapsed() - queuedAt;
                    queuedAt = null;
                }
            },
            pause: (delayMs: number) => pacer.pause(delayMs),
            get pausedSoFarMs() {
                return pacer.pausedSoFarMs;
            },
        },
    };
}
