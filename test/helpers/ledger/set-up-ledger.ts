import { createBudget } from '../../../src/actor/ledger/budget.ts';
import { createPlatformCharger, type Charger } from '../../../src/actor/ledger/charger.ts';
import { createLedger } from '../../../src/actor/ledger/ledger.ts';
import type { RowDraft } from '../../../src/actor/ledger/row.ts';
import { createRowStore } from '../../../src/actor/ledger/dataset.ts';
import { FakeClock } from '../fake-clock.ts';
import { FaultyCharging } from './faulty-charging.ts';
import { FaultyDataset } from './faulty-dataset.ts';

/** A ledger over a dataset and charging with scripted faults, on a fake clock. */
export function setUpLedger({
    dataset = new FaultyDataset(),
    misses = null as FaultyDataset | null,
    charging = new FaultyCharging(),
    clock = new FakeClock(),
    charger = null as Charger | null,
    limit = Number.POSITIVE_INFINITY,
    maxProfiles = null as number | null,
    foundBefore = 0,
    prefix = 'batch',
} = {}) {
    const broken: unknown[] = [];
    let batches = 0;
    const budget = createBudget(
        { pricePerFoundUsd: 1, maxTotalChargeUsd: limit, spentUsd: 0 },
        { maxProfiles, foundBefore },
    );
    const store = { clock, settleMs: 1000, patienceMs: 60_000 };
    const ledger = createLedger({
        runId: 'run1',
        rows: createRowStore({ dataset, ...store }),
        misses: misses && createRowStore({ dataset: misses, ...store }),
        charger: charger ?? createPlatformCharger(charging, clock, 60_000),
        budget,
        clock,
        newBatchId: () => `${prefix}-${(batches += 1)}`,
        onBroken: (error) => broken.push(error),
    });
    const add = (row: RowDraft, ...duplicates: RowDraft[]) => {
        budget.reserve();
        ledger.add([row, ...duplicates], 'reserved');
    };
    return { dataset, charging, clock, budget, ledger, broken, add };
}
