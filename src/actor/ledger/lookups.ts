import * as z from 'zod';
import type { CompanyStatus } from '../../enrichment/result/company.ts';
import { providerNames, type SourceName, type SourceTried } from '../../enrichment/result/result.ts';
import type { LookupBudget } from '../../enrichment/source-chain.ts';
import type { RecordStore } from '../platform/run-state.ts';

/** The record of the run's store that counts lookups and outcomes per source. */
export const lookupsKey = 'LOOKUPS';

/**
 * The most lookups that a killed process can have made without saving them: ten in flight at a provider, and those of
 * the five rows not yet written.
 */
const maxUnsavedLookups = 15;

const sourceTotalsSchema = z.object({
    /** Profiles requested: `found + not_found + refused + failed`. */
    asked: z.int(),
    /** `partial` included. */
    found: z.int(),
    /** Found without one of the required fields. */
    partial: z.int(),
    not_found: z.int(),
    refused: z.int(),
    failed: z.int(),
    /** As reported by the provider, in its own credits; null where it reports none. */
    provider_credits: z.number().nullable(),
});
export type SourceTotals = z.infer<typeof sourceTotalsSchema>;

const companyTotalsSchema = z.object({
    /** Companies requested: `found + not_found + refused + failed`. */
    asked: z.int(),
    found: z.int(),
    not_found: z.int(),
    refused: z.int(),
    /** Timeouts included. */
    failed: z.int(),
});
export type CompanyTotals = z.infer<typeof companyTotalsSchema>;

const lookupsSchema = z.object({
    used: z.int(),
    /** Whether the process that wrote this ended normally. */
    isClosed: z.boolean(),
    sources: z.partialRecord(z.string(), sourceTotalsSchema),
    companies: companyTotalsSchema.optional(),
});

/**
 * Counts provider lookups over all starts of a run, and the outcomes per source and for companies. A killed start may
 * have made lookups that it did not save: the most there can have been is added and saved before the first lookup of
 * this one.
 */
export async function openLookups(records: RecordStore, maxLookups: number | null) {
    const saved = lookupsSchema.safeParse(await records.get(lookupsKey)).data ?? null;
    let used = saved ? saved.used + (saved.isClosed ? 0 : maxUnsavedLookups) : 0;
    const totals = new Map<string, SourceTotals>(Object.entries(saved?.sources ?? {}) as Array<[string, SourceTotals]>);
    const companies = saved?.companies ?? { asked: 0, found: 0, not_found: 0, refused: 0, failed: 0 };
    let saving = Promise.resolve();
    const lookupLimit = maxLookups ?? Number.POSITIVE_INFINITY;

    /** Saves the counts; `isClosed` when no lookup is in flight any more. Never rejects: a lost count costs no row. */
    function save(isClosed = false): Promise<void> {
        // In sequence: an older count must not overwrite a newer one.
        saving = saving
            .then(() => records.set(lookupsKey, { used, isClosed, sources: Object.fromEntries(totals), companies }))
            .catch(() => {});
        return saving;
    }

    if (saved || maxLookups !== null) await save();
    return {
        budget: {
            reserve() {
                // No `await` between check and update.
                if (used >= lookupLimit) return false;
                used += 1;
                return true;
            },
            release() {
                used -= 1;
            },
            hasLeft: () => used < lookupLimit,
        } satisfies LookupBudget,
        /** Records the outcome of a source, and its cost in the provider's own credits, where stated. */
        record({ source, outcome }: SourceTried, credits: number | null): void {
            if (outcome === 'skipped') return;
            const total = totals.get(source) ?? noTotals;
            totals.set(source, {
                ...total,
                asked: total.asked + 1,
                [outcome]: total[outcome] + 1,
                ...(outcome === 'partial' ? { found: total.found + 1 } : {}),
                provider_credits: credits === null ? total.provider_credits : (total.provider_credits ?? 0) + credits,
            });
        },
        getTotals: (): Partial<Record<SourceName, SourceTotals>> => Object.fromEntries(totals),
        recordCompany(outcome: 'found' | CompanyStatus): void {
            companies.asked += 1;
            companies[outcome === 'timeout' ? 'failed' : outcome] += 1;
        },
        getCompanyTotals: (): CompanyTotals => ({ ...companies }),
        save,
    };
}

const noTotals: SourceTotals = {
    asked: 0,
    found: 0,
    partial: 0,
    not_found: 0,
    refused: 0,
    failed: 0,
    provider_credits: null,
};

/** Whether a row cost a provider lookup, which a crash before it is written would buy again. */
export function hasLookup(sourcesTried: readonly SourceTried[]): boolean {
    return sourcesTried.some(({ source, attempts }) => attempts > 0 && providerNames.has(source));
}
