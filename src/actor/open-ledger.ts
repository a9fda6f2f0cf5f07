import { ulid } from 'ulid';
import type { Clock } from '../enrichment/clock.ts';
import { companyDetailsSchema, type CompanyDetails } from '../enrichment/result/company.ts';
import { createBudget } from './ledger/budget.ts';
import type { Log } from './log.ts';
import { readMaxProfiles } from './input/input.ts';
import { createLedger } from './ledger/ledger.ts';
import { openCharger } from './ledger/charger.ts';
import type { Lifecycle } from './platform/lifecycle.ts';
import type { Platform } from './platform/platform.ts';
import { planCharging } from './ledger/pricing.ts';
import { openLookups } from './ledger/lookups.ts';
import { isPaidRow, type Row } from './ledger/row.ts';
import { addCompatibilityFields } from './ledger/row-compatibility.ts';
import { createRowStore, type DatasetClient } from './ledger/dataset.ts';
import type { LoadedInput } from './input/load-input.ts';
import type { StartWatchOptions } from './watch/start-watch.ts';
import type { Watch } from './watch/watch.ts';

/** A run with its input. */
export type LoadedRun = LoadedInput & { platform: Platform; clock: Clock; lifecycle: Lifecycle; log: Log };

/**
 * Opens the datasets, plans charging and restores what earlier starts stored: batches not known to be charged are
 * charged again under the same keys. Rejects when storage cannot be read. A write in doubt takes up to `settleMs` to
 * appear; rows and charges are retried for `patienceMs`. When they cannot be written, the run stops.
 */
export async function openLedger(run: LoadedRun, { settleMs, patienceMs }: { settleMs: number; patienceMs: number }) {
    const { platform, clock, lifecycle, log, input, earlier, resolved } = run;
    const toItem = (row: Row) => addCompatibilityFields(row, input.fields, clock.now());
    const openRows = (dataset: DatasetClient) => createRowStore({ dataset, clock, settleMs, patienceMs, toItem });

    const rows = openRows(platform.rows);
    // On the platform rows pushed last may take a moment to appear; local files are visible at once.
    if (earlier && platform.isAtHome) await clock.sleep(settleMs);
    const companies = new Map<string | null, CompanyDetails>();
    const readCompany = ({ company_details: stored }: Record<string, unknown>): void => {
        const details = companyDetailsSchema.safeParse(stored).data;
        if (details) companies.set(details.linkedin_url, details);
    };
    const more = input.includeCompanyDetails ? { fields: ['company_details'], take: readCompany } : undefined;
    const storedRows = earlier ? await rows.readAll(more) : [];
    const plan = planCharging({
        ...(await platform.readPricing()),
        mode: input.mode,
        storedRows: storedRows.length,
        storedFound: storedRows.filter(isPaidRow).length,
    });
    const unpriced = plan.rowsApart === 'none' ? null : await platform.openMisses();
    const misses = unpriced && openRows(unpriced);
    const storedMisses = misses && earlier ? await misses.readAll(more) : [];
    const stored = [...storedRows, ...storedMisses];
    const datasets = unpriced ? [platform.rows, unpriced] : [platform.rows];
    const watch = await openWatch(run, { datasets, rowCount: stored.length });
    const foundBefore = stored.filter(isPaidRow).length;
    const budget = createBudget(plan.pricing, { maxProfiles: readMaxProfiles(input), foundBefore });
    const lookups = await openLookups(platform.records, resolved.sources.maxLookups);
    const { chargeClient } = platform;
    // A first start begins a new log.
    const openChargingLog = () => platform.openChargingLog(earlier === null);
    const ledger = createLedger({
        runId: platform.runId,
        rows: (plan.rowsApart === 'all' && misses) || rows,
        misses,
        charger: await openCharger(plan.chargingMode, { chargeClient, openChargingLog }, clock, patienceMs),
        isTest: input.mode === 'test',
        budget,
        clock,
        newBatchId: ulid,
        onBroken: (error) => {
            const { message, cause } = error as Error;
            log.print(`Rows or charges cannot be written: ${message}${cause ? ` (${(cause as Error).message})` : ''}`);
            lifecycle.stop('storage');
        },
        onSettled: (settled) => watch?.recordStored(settled),
        onFlush: () => void lookups.save(),
    });
    ledger.restore(stored, earlier?.chargedBatchIds ?? []);
    return {
        ledger,
        budget,
        /** Lookup budget and totals per source. */
        lookups,
        plan,
        /** Null without `watch`. */
        watch,
        /** Companies in the rows of earlier starts; empty without company details. */
        companies: [...companies.values()],
        /** The run's dataset, and `misses` where rows are split. */
        datasets,
    };
}
export type OpenedLedger = Awaited<ReturnType<typeof openLedger>>;

async function openWatch(
    { platform, clock, input, resolved }: LoadedRun,
    earlier: StartWatchOptions['earlier'],
): Promise<Watch | null> {
    if (input.watch === undefined) return null;
    const { startWatch } = await import('./watch/start-watch.ts');
    return startWatch({
        name: input.watch,
        onlyChanged: input.onlyChanged,
        resolved,
        records: platform.records,
        openNamedStore: platform.openNamedStore,
        listNamedStores: platform.listNamedStores,
        clock,
        newId: ulid,
        earlier,
    });
}
