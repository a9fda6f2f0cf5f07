import type { RowDraft } from '../../../src/actor/ledger/row.ts';
import { buildCompany } from '../../helpers/sources/scripted-companies.ts';
import { describe, expect, it } from 'vitest';
import { createLogCharger, freeCharger } from '../../../src/actor/ledger/charger.ts';
import { buildProfile, buildRowDraft } from '../../helpers/ledger/build-row-draft.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { FaultyCharging } from '../../helpers/ledger/faulty-charging.ts';
import { FaultyDataset } from '../../helpers/ledger/faulty-dataset.ts';
import { setUpLedger as setUp } from '../../helpers/ledger/set-up-ledger.ts';

describe('ledger', () => {
    it('writes rows and charges the successes once, under a key of run, event and batch', async () => {
        const { add, ledger, clock, dataset, charging } = setUp();
        add(buildRowDraft(0));
        add(buildRowDraft(1, 'not_found'));
        add(buildRowDraft(2));
        await clock.runUntil(ledger.drain());
        expect(dataset.items.map((row) => row.input_index)).toEqual([0, 1, 2]);
        expect([...charging.counts]).toEqual([['run1:profile-found:batch-1', 2]]);
        expect(dataset.items.map((row) => row.meta.credits_used)).toEqual([1, 0, 1]);
    });

    it('writes within a second, in batches of at most 25 rows', async () => {
        const { add, clock, dataset } = setUp();
        for (let n = 0; n < 30; n += 1) add(buildRowDraft(n));
        await clock.advance(0);
        expect(dataset.pushes).toEqual([25]);
        await clock.advance(1000);
        expect(dataset.pushes).toEqual([25, 5]);
    });

    it('writes within a second what one profile with many lines leaves over behind full batches', async () => {
        const { add, clock, dataset } = setUp();
        add(buildRowDraft(0), ...Array.from({ length: 29 }, (_, n) => buildRowDraft(n + 1)));
        await clock.advance(1000);
        expect(dataset.pushes).toEqual([25, 5]);
    });

    it('writes any number of rows added at once, four batches at a time', async () => {
        const { add, ledger, clock, dataset } = setUp({ dataset: new FaultyDataset(['lost', 'lost', 'lost', 'lost']) });
        for (let n = 0; n < 1000; n += 1) add(buildRowDraft(n));
        await clock.runUntil(ledger.drain());
        expect(new Set(dataset.items.map((row) => row.input_index)).size).toBe(1000);
        expect(dataset.items).toHaveLength(1000);
    });

    it('charges nothing when nothing is found', async () => {
        const { add, ledger, clock, charging } = setUp();
        add(buildRowDraft(0, 'not_found'));
        add(buildRowDraft(1, 'error'));
        await clock.runUntil(ledger.drain());
        expect(charging.calls).toBe(0);
    });

    it('does not repeat a push that failed after it was stored', async () => {
        const { add, ledger, clock, dataset, charging } = setUp({ dataset: new FaultyDataset(['stored but failed']) });
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(dataset.items).toHaveLength(1);
        expect(charging.total).toBe(1);
    });

    it('waits for rows that appear some time after a failed push', async () => {
        const dataset = new FaultyDataset(['stored late']);
        const { add, ledger, clock } = setUp({ dataset });
        dataset.clock = clock;
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(dataset.items).toHaveLength(1);
    });

    it('finds a batch in doubt below all rows written after it', async () => {
        const { add, ledger, clock, dataset } = setUp({ dataset: new FaultyDataset(['stored but failed']) });
        for (let n = 0; n < 2000; n += 1) add(buildRowDraft(n));
        await clock.runUntil(ledger.drain());
        expect(dataset.items).toHaveLength(2000);
    });

    it('drains no longer than allowed, and reports what is in doubt', async () => {
        const charging = new FaultyCharging(Array.from({ length: 200 }, () => 'lost' as const));
        const { add, ledger, clock, broken } = setUp({ charging });
        add(buildRowDraft(0));
        const giveUp = new AbortController();
        const drained = ledger.drain(giveUp.signal);
        await clock.advance(5000);
        giveUp.abort();
        await drained;
        expect(ledger.getState()).toMatchObject({ owedCount: 1, chargedBatchIds: [] });
        expect(broken).toHaveLength(0);
    });

    it('repeats a push that was lost', async () => {
        const { add, ledger, clock, dataset, charging } = setUp({ dataset: new FaultyDataset(['lost', 'lost']) });
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(dataset.items).toHaveLength(1);
        expect(charging.total).toBe(1);
    });

    it('stops the run when the dataset refuses rows, and charges nothing for them', async () => {
        const { add, ledger, clock, charging, broken } = setUp({ dataset: new FaultyDataset(['refused']) });
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(broken).toHaveLength(1);
        expect(charging.calls).toBe(0);
        expect(ledger.getState().rows).toHaveLength(0);
    });

    it('retries a failed charge without charging twice', async () => {
        const charging = new FaultyCharging(['made but failed', 'lost']);
        const { add, ledger, clock } = setUp({ charging });
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(charging.total).toBe(1);
        expect(charging.calls).toBe(3);
    });

    it('reports uncharged batches when charging keeps failing, and the next start charges them', async () => {
        const charging = new FaultyCharging(Array.from({ length: 200 }, () => 'lost' as const));
        const first = setUp({ charging });
        first.add(buildRowDraft(0));
        await first.clock.runUntil(first.ledger.drain());
        expect(first.ledger.getState().owedCount).toBe(1);
        expect(first.broken).toHaveLength(1);

        const next = setUp({ dataset: first.dataset, clock: first.clock, prefix: 'later' });
        next.ledger.restore(first.ledger.getState().rows, first.ledger.getState().chargedBatchIds);
        await next.clock.runUntil(next.ledger.drain());
        expect([...next.charging.counts]).toEqual([['run1:profile-found:batch-1', 1]]);
    });

    it('charges a person once when two lines lead to them, and names the first row', async () => {
        const { add, ledger, clock, dataset, charging, budget } = setUp({ limit: 5 });
        add(buildRowDraft(0, 'success', 'same-person'));
        add(buildRowDraft(3, 'success', 'same-person'));
        await clock.runUntil(ledger.drain());
        expect(charging.total).toBe(1);
        expect(dataset.items.map((row) => row.duplicate_of)).toEqual([null, 0]);
        expect(budget.remaining()).toBe(4);
    });

    it('does not charge a person again after a restart', async () => {
        const first = setUp();
        first.add(buildRowDraft(0, 'success', 'same-person'));
        await first.clock.runUntil(first.ledger.drain());
        const next = setUp({ dataset: first.dataset, charging: first.charging, clock: first.clock, prefix: 'later' });
        next.ledger.restore(first.ledger.getState().rows, []);
        next.add(buildRowDraft(4, 'success', 'same-person'));
        await next.clock.runUntil(next.ledger.drain());
        expect(first.charging.total).toBe(1);
    });

    it('makes no call for a batch known to be charged', async () => {
        const first = setUp();
        first.add(buildRowDraft(0));
        await first.clock.runUntil(first.ledger.drain());
        const next = setUp({ dataset: first.dataset, clock: first.clock });
        next.ledger.restore(first.ledger.getState().rows, first.ledger.getState().chargedBatchIds);
        await next.clock.runUntil(next.ledger.drain());
        expect(next.charging.calls).toBe(0);
    });

    it('leaves further charges to the next start once one has failed for good', async () => {
        const countCalls = async (rowCount: number) => {
            const charging = new FaultyCharging(Array.from({ length: 2000 }, () => 'lost' as const));
            const { add, ledger, clock } = setUp({ charging });
            for (let line = 0; line < rowCount; line += 1) add(buildRowDraft(line));
            await clock.runUntil(ledger.drain());
            return charging.calls;
        };
        // Eight batches: four are charged at once, and one starts as the first of them fails.
        expect(await countCalls(200)).toBe(5 * (await countCalls(1)));
    });

    it('writes a row for every duplicate and charges only the first', async () => {
        const { add, ledger, clock, dataset, charging } = setUp();
        add(buildRowDraft(0), buildRowDraft(1, 'success', 'person-0'), buildRowDraft(2, 'success', 'person-0'));
        await clock.runUntil(ledger.drain());
        expect(dataset.items.map((row) => [row.duplicate_of, row.meta.credits_used])).toEqual([
            [null, 1],
            [0, 0],
            [0, 0],
        ]);
        expect(charging.total).toBe(1);
    });

    it('keeps misses out of a dataset whose rows cost money', async () => {
        const misses = new FaultyDataset();
        const { add, ledger, clock, dataset } = setUp({ misses });
        add(buildRowDraft(0));
        add(buildRowDraft(1, 'not_found'));
        await clock.runUntil(ledger.drain());
        expect(dataset.items.map((row) => row.status)).toEqual(['success']);
        expect(misses.items.map((row) => row.status)).toEqual(['not_found']);
    });

    describe('with a size limit per push', () => {
        const large = (index: number, handle = `person-${index}`) => ({
            ...buildRowDraft(index, 'success', handle),
            profile: buildProfile({ summary: 'x'.repeat(20_000) }),
        });
        function setUpSmall(options: Parameters<typeof setUp>[0] = {}) {
            const dataset = new FaultyDataset();
            dataset.maxPushSize = 10_000;
            return setUp({ dataset, ...options });
        }

        it('splits a batch over the limit', async () => {
            const { add, ledger, clock, dataset, charging } = setUpSmall();
            for (let n = 0; n < 25; n += 1) add(buildRowDraft(n));
            await clock.runUntil(ledger.drain());
            expect(dataset.items.map((row) => row.input_index)).toEqual([...Array.from({ length: 25 }).keys()]);
            expect(charging.total).toBe(25);
        });

        it('replaces a row that is too large alone with a free error row and continues', async () => {
            const { add, ledger, clock, dataset, charging, budget, broken } = setUpSmall({ limit: 3 });
            for (const row of [buildRowDraft(0), large(1), buildRowDraft(2)]) add(row);
            await clock.runUntil(ledger.drain());
            expect(broken).toEqual([]);
            const rows = dataset.items.toSorted((one, other) => one.input_index - other.input_index);
            expect(rows.map(({ status }) => status)).toEqual(['success', 'error', 'success']);
            expect(rows[1]).toMatchObject({
                url: 'linkedin.com/in/person-1',
                code: 'internal_error',
                message: expect.stringContaining('too large for a dataset row'),
                meta: { credits_used: 0 },
            });
            expect(charging.total).toBe(2);
            expect(budget.remaining()).toBe(1);
            expect(ledger.getState().rows).toHaveLength(3);
        });

        it('drops the company before the profile', async () => {
            const { add, ledger, clock, dataset, charging } = setUpSmall();
            const company_details = buildCompany({ description: 'x'.repeat(20_000) });
            add({ ...buildRowDraft(0), company_details } as RowDraft);
            await clock.runUntil(ledger.drain());
            expect(dataset.items).toMatchObject([
                { status: 'success', company_details: null, meta: { credits_used: 1, company_status: 'failed' } },
            ]);
            expect(charging.total).toBe(1);
        });

        it('drops the list columns first', async () => {
            const { add, ledger, clock, dataset, charging, broken } = setUpSmall();
            const columns = { input_columns: { Note: 'x'.repeat(20_000) } };
            add({ ...buildRowDraft(0), ...columns });
            add({ ...buildRowDraft(1, 'not_found'), ...columns });
            await clock.runUntil(ledger.drain());
            expect([broken, charging.total]).toEqual([[], 1]);
            expect(dataset.items.map(({ status }) => status).toSorted()).toEqual(['not_found', 'success']);
            for (const row of dataset.items) expect(row).not.toHaveProperty('input_columns');
        });

        it('writes that error to `misses` when rows cost money', async () => {
            const misses = new FaultyDataset();
            const { add, ledger, clock, dataset } = setUpSmall({ misses });
            add(large(0));
            await clock.runUntil(ledger.drain());
            expect(dataset.items).toEqual([]);
            expect(misses.items).toMatchObject([{ status: 'error', input_index: 0 }]);
        });

        it('stops when even the error row is refused', async () => {
            const dataset = new FaultyDataset();
            dataset.maxPushSize = 10;
            const { add, ledger, clock, broken } = setUp({ dataset });
            add(buildRowDraft(0));
            await clock.runUntil(ledger.drain());
            expect(broken).toHaveLength(1);
        });
    });

    it('states in each row the credits remaining after it', async () => {
        const { add, ledger, clock, dataset } = setUp({ limit: 3 });
        add(buildRowDraft(0));
        add(buildRowDraft(1, 'not_found'));
        await clock.runUntil(ledger.drain());
        expect(dataset.items.map((row) => row.meta.credits_remaining)).toEqual([2, 2]);
    });

    it('marks no row as charged in a free run', async () => {
        const { add, ledger, clock, dataset } = setUp({ charger: freeCharger });
        add(buildRowDraft(0));
        await clock.runUntil(ledger.drain());
        expect(dataset.items[0]?.meta.credits_used).toBe(0);
    });

    it('writes every charge to the local log once, also after a failed write', async () => {
        const clock = new FakeClock();
        const items: Array<Record<string, unknown>> = [];
        let isDiskFull = true;
        const log = {
            async pushItems(added: object[]) {
                if (isDiskFull) throw new Error('the disk is full');
                items.push(...(added as never[]));
            },
            listItems: async () => ({ items }),
        };
        const first = createLogCharger(log, clock);
        await expect(first.charge({ count: 2, idempotencyKey: 'local:profile-found:b' })).rejects.toThrow('full');
        isDiskFull = false;
        await first.charge({ count: 2, idempotencyKey: 'local:profile-found:b' });
        for (let start = 0; start < 2; start += 1) {
            const charger = createLogCharger(log, clock);
            await charger.charge({ count: 3, idempotencyKey: 'local:profile-found:a' });
            await charger.charge({ count: 3, idempotencyKey: 'local:profile-found:a' });
        }
        expect(items.map((item) => item['count'])).toEqual([2, 3]);
    });
});
