import type { Clock, Random } from '../../enrichment/clock.ts';
import { createCompanies, type CompaniesMemory, type CompaniesOptions } from '../../enrichment/companies.ts';
import type { CompanyStatus } from '../../enrichment/result/company.ts';
import { callAfter, over, type CompanyLink } from './source-link.ts';

/** Companies are cached for ten minutes, failures for half a minute. */
const memory: CompaniesMemory = {
    answersMs: 10 * 60 * 1000,
    failuresMs: 30 * 1000,
    restMs: 5 * 60 * 1000,
    maxAnswers: 1000,
};

/** The time for one company, all attempts together, in milliseconds: the same as for a profile. */
const companyBudgetMs = 8000;

export type CompanyLinkOptions = {
    fetchCompany: CompaniesOptions['source']['fetchCompany'];
    pacer: CompaniesOptions['pacer'];
    /** The remaining pause of the source, in milliseconds. */
    getPausedMs: () => number;
    maxAttempts: number;
    clock: Clock;
    random: Random;
    /** Called for every company lookup, for the metrics. */
    onCompany?: ((outcome: 'found' | CompanyStatus) => void) | undefined;
    /** Called with every error that is a bug: the company is `failed`, the profile is not affected. */
    onBug?: ((error: unknown) => void) | undefined;
};

/**
 * Looks up the companies of profiles: cached ones at once, others within the rest of the profile's time. While the
 * source is paused, none are requested.
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
            const late = new AbortController();
            const cancel = callAfter(clock, leftMs, () => late.abort(over));
            try {
                const added = await companies.addDetails(lookup, leftMs, late.signal);
                const { outcome } = added;
                if (!isPaused || outcome.status !== 'success' || outcome.companyStatus !== 'timeout') return added;
                return { ...added, outcome: { ...outcome, companyStatus: 'refused' } };
            } finally {
                cancel();
            }
        },
        close() {
            closing.abort(over);
            companies.close();
        },
    };
}
