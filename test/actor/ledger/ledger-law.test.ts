import { fc } from '../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { createRowStore } from '../../../src/actor/ledger/dataset.ts';
import { buildRowDraft } from '../../helpers/ledger/build-row-draft.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { FaultyCharging } from '../../helpers/ledger/faulty-charging.ts';
import { FaultyDataset, type PushFault } from '../../helpers/ledger/faulty-dataset.ts';
import { setUpLedger as setUp } from '../../helpers/ledger/set-up-ledger.ts';

describe('the ledger', () => {
    it('writes one row per line and one charge per success under any faults and crashes', async () => {
        const pushFault = fc.constantFrom<PushFault>('ok', 'ok', 'lost', 'stored but failed', 'stored late');
        const chargeFault = fc.constantFrom('ok' as const, 'lost' as const, 'made but failed' as const);
        await fc.assert(
            fc.asyncProperty(
                fc.array(fc.constantFrom('success', 'success', 'not_found', 'error'), { minLength: 1, maxLength: 70 }),
                fc.array(pushFault, { maxLength: 6 }),
                fc.array(chargeFault, { maxLength: 6 }),
                fc.array(fc.nat(4000), { maxLength: 4 }),
                async (statuses, pushFaults, chargeFaults, crashesAfterMs) => {
                    const dataset = new FaultyDataset(pushFaults);
                    const charging = new FaultyCharging(chargeFaults);
                    for (const [start, lifetimeMs] of [...crashesAfterMs, null].entries()) {
                        // A crash: the old clock stops, and with it all work in progress of that start.
                        const clock = new FakeClock();
                        dataset.settle();
                        dataset.clock = clock;
                        const { ledger, add } = setUp({ dataset, charging, clock, prefix: `start-${start}` });
                        const stored = await createRowStore({ dataset, clock, settleMs: 0, patienceMs: 0 }).readAll();
                        ledger.restore(stored, []);
                        const answered = new Set(stored.map((row) => row.input_index));
                        for (const [index, status] of statuses.entries()) {
                            if (!answered.has(index)) add(buildRowDraft(index, status));
                            if (lifetimeMs !== null && index % 9 === 8) await clock.advance(lifetimeMs / 10);
                        }
                        if (lifetimeMs === null) await clock.runUntil(ledger.drain());
                        else await clock.advance(lifetimeMs);
                    }
                    expect(dataset.items.map((row) => row.input_index).sort((a, b) => a - b)).toEqual([
                        ...statuses.keys(),
                    ]);
                    expect(charging.total).toBe(statuses.filter((status) => status === 'success').length);
                },
            ),
            { numRuns: 150 },
        );
    });
});
