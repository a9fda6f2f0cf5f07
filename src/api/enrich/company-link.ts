import type { Clock, Random } from '../../enrichment/clock.ts';
import { createCompanies, type CompaniesMemory, type CompaniesOptions } from '../../enrichment/companies.ts';
import type { CompanyStatus } from '../../enrichment/result/company.ts';
import type { CompanyLink } from './source-link.ts';

/** A company is looked at again after ten minutes, one that could not be had after half a minute. */
const memory: CompaniesMemory = {
    answersMs: 10 * 60 * 1000,
    failuresMs: 30 * 1000,
    restMs: 5 * 60 * 1000,
    maxAnswers: 1000,
};

/** What one company may take, all attempts together, in milliseconds: as much as a profile. */
const companyBudgetMs = 8000;

/** The reason of a signal that only ends a wait. */
const over = new Error('the wait is over');

export type CompanyLinkOptions = {
    fetchCompany: CompaniesOptions['source']['fetchCompany'];
    pacer: CompaniesOptions['pacer'];
    /** For how much longer the source is left alone, in milliseconds. */
    getPausedMs: () => number;
    maxAttempts: number;
    clock: Clock;
    random: Random;
    /** Told of every company that was asked for, for the metrics. */
    onCompany?: ((outcome: 'found' | CompanyStatus) => void) | undefined;
    /** Told of every error that is a bug of ours: the company is `failed` then, and the profile is not. */
    onBug?: ((error: unknown) => void) | undefined;
};

/**
 * Companies beside profiles: those that are known are told at once, others are asked for within what is left of the
 * profile's time. While the source is left alone nobody is asked.
 */
export function createCompanyLink(options: CompanyLinkOptions): CompanyLink {
    const { fetchCompany, pacer, getPausedMs, maxAttempts, clock, random, onCompany, onBug } = options;
    const closing = new AbortController();
    const companies = createCompanies({
        source: { fetchCompany },
        pacer,
        limits: { maxAttempts, timeoutMs: companyBudgetMs },
        clock,
        random,
        signal: closing.signal,
        stopSignal: closing.signal,
        maxInFlight: 100,
        memory,
        ...(onCompany ? { onAsked: onCompany } : {}),
        onBug: (error) => onBug?.(error),
    });

    return {
        async add(lookup, endsAt) {
            const isPaused = getPausedMs() > 0;
            const leftMs = isPaused ? 0 : endsAt - clock.elapsed();
            const [late, done] = [new AbortController(), new AbortController()];
            clock.sleep(leftMs, done.signal).then(
                () => late.abort(over),
                () => {},
            );
            try {
                const added = await companies.addDetails(lookup, leftMs, late.signal);
                const { outcome } = added;
                if (!isPaused || outcome.status !== 'success' || outcome.companyStatus !== 'timeout') return added;
                return { ...added, outcome: { ...outcome, companyStatus: 'refused' } };
            } finally {
                done.abort(over);
            }
        },
        close() {
            closing.abort(over);
            companies.close();
        },
    };
}
