import pLimit from 'p-limit';
import { parseCompanyPath, type CompanyDetails, type CompanyStatus } from './result/company.ts';
import type { Enrichment } from './enrich-profile.ts';
import { makeAttempts, type AttemptsContext } from './make-attempts.ts';
import type { CompanyOutcome, FailedOutcome, Source } from './source.ts';

/** After this many consecutive companies refused, after all attempts, no more are requested. */
export const refusedCompaniesToGiveUp = 20;

/** The cache of answers. */
export type CompaniesMemory = {
    /** How long a company found or not found is cached, in milliseconds. */
    answersMs: number;
    /** The same for one that was refused, timed out or failed. */
    failuresMs: number;
    /** How long no company is requested after `refusedCompaniesToGiveUp` refusals, in milliseconds. */
    restMs: number;
    maxAnswers: number;
};

/** A run requests each company once. */
export const runMemory: CompaniesMemory = {
    answersMs: Infinity,
    failuresMs: Infinity,
    restMs: Infinity,
    maxAnswers: Infinity,
};

export type CompaniesOptions = Omit<AttemptsContext, 'onFailure'> & {
    source: { fetchCompany: NonNullable<Source['fetchCompany']> };
    maxInFlight: number;
    memory: CompaniesMemory;
    /** Aborts when no more may be requested. */
    stopSignal: AbortSignal;
    /** Companies already known, which are not requested. */
    known?: Iterable<CompanyDetails>;
    onAsked?: (outcome: 'found' | CompanyStatus) => void;
    /** Called for every failed attempt, with the company's path; for logs. */
    onRetry?: (path: string, failure: FailedOutcome, delayMs: number | null) => void;
    /** Called each time that requests stop because of refusals. */
    onGivenUp?: () => void;
    onBug: (error: unknown) => void;
};

type Answer = { details: CompanyDetails } | { status: CompanyStatus };

/** One company, requested or answered. */
type Entry = {
    answer: Answer | null;
    answering: Promise<Answer>;
    answeredAt: number;
    /** Time spent waiting for the pacer so far, in milliseconds. */
    getQueuedMs: () => number;
};

/**
 * Fetches the companies where people work, each once, by the company URL in the profile; profiles share the answer.
 * Requests obey the pacer, and precede those for profiles that have not been started.
 */
export function createCompanies(options: CompaniesOptions) {
    const { source, clock, signal, stopSignal, memory } = options;
    const closing = new AbortController();
    const limit = pLimit(options.maxInFlight);
    const entries = new Map<string, Entry>();
    let refusedInARow = 0;
    let givenUpUntil = Number.NEGATIVE_INFINITY;
    for (const details of options.known ?? []) remember({ details });

    /**
     * Adds the details of the profile's current company, or why there are none, within `timeoutMs`; waiting for the
     * pacer does not count. `signal` ends the wait too. An enrichment that already has company details, has no company
     * URL, or is not a success is returned unchanged. Never rejects.
     */
    async function addDetails<E extends Enrichment>(enrichment: E, timeoutMs: number, hangUp = signal): Promise<E> {
        const { outcome } = enrichment;
        if (outcome.status !== 'success') return enrichment;
        if (outcome.companyDetails !== null) {
            remember({ details: outcome.companyDetails });
            return enrichment;
        }
        const path = parseCompanyPath(outcome.profile.company.linkedin_url);
        if (path === null || outcome.companyStatus !== undefined) return enrichment;
        const startedAt = clock.elapsed();
        const answer = await lookUp(path, timeoutMs, hangUp);
        const durationMs = enrichment.durationMs + Math.round(clock.elapsed() - startedAt);
        const added = 'details' in answer ? { companyDetails: answer.details } : { companyStatus: answer.status };
        return { ...enrichment, durationMs, outcome: { ...outcome, ...added } };
    }

    async function lookUp(path: string, timeoutMs: number, hangUp: AbortSignal): Promise<Answer> {
        const known = recall(path);
        if (known?.answer) return known.answer;
        if (stopSignal.aborted || hangUp.aborted || timeoutMs <= 0) return { status: 'timeout' };
        if (!known && clock.elapsed() < givenUpUntil) return { status: 'refused' };
        return waitFor(known ?? begin(path), timeoutMs, hangUp);
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

    function begin(path: string): Entry {
        const queue = measureQueue(options);
        const answering = limit(ask, path, queue.pacer).then((answer) => {
            entry.answer = answer;
            entry.answeredAt = clock.elapsed();
            // A request aborted by the end of the run is not cached.
            if (signal.aborted) entries.delete(path);
            remember(answer);
            return answer;
        });
        const entry: Entry = { answer: null, answering, answeredAt: 0, getQueuedMs: queue.getQueuedMs };
        keep(path, entry);
        return entry;
    }

    /** Never rejects. */
    async function ask(path: string, measured: CompaniesOptions['pacer']): Promise<Answer> {
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
            const isAbortOf = (one: AbortSignal) => one.aborted && error === one.reason;
            if (isAbortOf(stopSignal) || isAbortOf(ended)) return { status: 'timeout' };
            options.onBug(error);
            return conclude('failed', null);
        }
    }

    function conclude(status: 'found' | CompanyStatus, outcome: CompanyOutcome | null): Answer {
        options.onAsked?.(status);
        refusedInARow = status === 'refused' ? refusedInARow + 1 : 0;
        if (refusedInARow >= refusedCompaniesToGiveUp && clock.elapsed() >= givenUpUntil) {
            givenUpUntil = clock.elapsed() + memory.restMs;
            // After the rest, one more refusal is enough to stop again.
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

    /** Caches a company by the URL of its page, which can differ from the one requested, and by its id. */
    function remember(answer: Answer): void {
        if (!('details' in answer)) return;
        const { linkedin_url: address, organization_id: id } = answer.details;
        const paths = [parseCompanyPath(address), id === null ? null : `company/${id}`];
        for (const path of paths) {
            if (path === null || entries.has(path)) continue;
            const answering = Promise.resolve(answer);
            keep(path, { answer, answering, answeredAt: clock.elapsed(), getQueuedMs: () => 0 });
        }
    }

    function keep(path: string, entry: Entry): void {
        entries.set(path, entry);
        const [oldest] = entries.keys();
        if (entries.size > memory.maxAnswers && oldest !== undefined) entries.delete(oldest);
    }

    /** Aborts all requests. */
    const close = () => closing.abort(new Error('closed'));
    return { addDetails, close };
}
export type Companies = ReturnType<typeof createCompanies>;

function nameStatus(outcome: CompanyOutcome): 'found' | CompanyStatus {
    if (outcome.kind !== 'failed') return outcome.kind;
    if (outcome.isRefusal) return 'refused';
    return outcome.code === 'upstream_timeout' ? 'timeout' : 'failed';
}

/** Wraps a pacer to measure the time spent waiting for it. */
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
