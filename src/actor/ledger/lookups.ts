import * as z from 'zod';
import type { CompanyStatus } from '../../enrichment/result/company.ts';
import { providerNames, type SourceName, type SourceTried } from '../../enrichment/result/result.ts';
import type { LookupBudget } from '../../enrichment/source-chain.ts';
import type { RecordStore } from '../platform/run-state.ts';

/** The record of the run's own store that counts what was asked of sources. */
export const lookupsKey = 'LOOKUPS';

/**
 * How many lookups a killed process may have made beyond what it had saved: ten under way at a provider, and the rows
 * of five that were not yet written.
 */
const lostInAKill = 15;

const sourceTotalsSchema = z.object({
    /** People it was asked about: `found + not_found + refused + failed`. */
    asked: z.int(),
    /** `partial` included. */
    found: z.int(),
    /** Found without one of the required fields. */
    partial: z.int(),
    not_found: z.int(),
    refused: z.int(),
    failed: z.int(),
    /** What the provider says it took, in its own credits; null where it does not say. */
    provider_credits: z.number().nullable(),
});
export type SourceTotals = z.infer<typeof sourceTotalsSchema>;

const companyTotalsSchema = z.object({
    /** Companies it was asked for: `found + not_found + refused + failed`. */
    asked: z.int(),
    found: z.int(),
    not_found: z.int(),
    refused: z.int(),
    /** Those that came too late among them. */
    failed: z.int(),
});
export type CompanyTotals = z.infer<typeof companyTotalsSchema>;

const lookupsSchema = z.object({
    used: z.int(),
    /** Whether the process that wrote this came to its end. */
    isClosed: z.boolean(),
    sources: z.partialRecord(z.string(), sourceTotalsSchema),
    companies: companyTotalsSchema.optional(),
});

/** Counts lookups at providers over all starts of a run, and what asking each source and for companies came to. */
export type Lookups = {
    budget: LookupBudget;
    record(tried: SourceTried, credits: number | null): void;
    getTotals(): Partial<Record<SourceName, SourceTotals>>;
    recordCompany(outcome: 'found' | CompanyStatus): void;
    getCompanyTotals(): CompanyTotals;
    /** Saves the counts; `isClosed` when no lookup is under way any more. Never rejects: it is a count, not a row. */
    save(isClosed?: boolean): Promise<void>;
};

/**
 * Opens the counts of this run. A start that was killed may have asked for more than it saved, so as much as that can
 * have been is added, and saved before the first lookup of this one.
 */
export async function openLookups(records: RecordStore, maxLookups: number | null): Promise<Lookups> {
    const saved = lookupsSchema.safeParse(await records.get(lookupsKey)).data ?? null;
    let used = saved ? saved.used + (saved.isClosed ? 0 : lostInAKill) : 0;
    const totals = new Map<string, SourceTotals>(Object.entries(saved?.sources ?? {}) as Array<[string, SourceTotals]>);
    const companies = saved?.companies ?? { asked: 0, found: 0, not_found: 0, refused: 0, failed: 0 };
    let saving = Promise.resolve();
    const mostLookups = maxLookups ?? Number.POSITIVE_INFINITY;

    function save(isClosed = false): Promise<void> {
        // One after the other: an older count must not overwrite a newer one.
        saving = saving
            .then(() => records.set(lookupsKey, { used, isClosed, sources: Object.fromEntries(totals), companies }))
            .catch(() => {});
        return saving;
    }

    if (saved || maxLookups !== null) await save();
    return {
        budget: {
            reserve() {
                // No await between the check and the reservation.
                if (used >= mostLookups) return false;
                used += 1;
                return true;
            },
            release() {
                used -= 1;
            },
            hasLeft: () => used < mostLookups,
        },
        record({ source, outcome }, credits) {
            if (outcome === 'skipped') return;
            const total = totals.get(source) ?? nothing;
            totals.set(source, {
                ...total,
                asked: total.asked + 1,
                [outcome]: total[outcome] + 1,
                ...(outcome === 'partial' ? { found: total.found + 1 } : {}),
                provider_credits: credits === null ? total.provider_credits : (total.provider_credits ?? 0) + credits,
            });
        },
        getTotals: () => Object.fromEntries(totals),
        recordCompany(outcome) {
            companies.asked += 1;
            companies[outcome === 'timeout' ? 'failed' : outcome] += 1;
        },
        getCompanyTotals: () => ({ ...companies }),
        save,
    };
}

const nothing: SourceTotals = {
    asked: 0,
    found: 0,
    partial: 0,
    not_found: 0,
    refused: 0,
    failed: 0,
    provider_credits: null,
};

/** Whether a row cost a lookup at a provider: a crash before it is written would buy it twice. */
export function hasLookup(sourcesTried: readonly SourceTried[]): boolean {
    return sourcesTried.some(({ source, attempts }) => attempts > 0 && providerNames.has(source));
}
