import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFaults } from './local/fault-plan.ts';
import { LocalPlatform } from './local/local-platform.ts';
import type { PlatformRun } from './local/platform-run.ts';
import { oneCentPricing } from './local/use-platform.ts';

describe('the local platform', () => {
    let platform: LocalPlatform;
    let run: PlatformRun;
    beforeEach(async () => {
        platform = await new LocalPlatform({ nextRowLagMs: () => 60_000, countLagMs: 60_000 }).start();
        run = platform.createRun({ input: {}, pricingInfo: oneCentPricing });
    });
    afterEach(() => platform.close());

    const call = (path: string, init: RequestInit = {}) => fetch(`${platform.origin}/v2/${path}`, init);
    const push = (items: object[]) =>
        call(`datasets/${run.dataset.id}/items`, { method: 'POST', body: JSON.stringify(items) });
    const charge = (key: string) =>
        call(`actor-runs/${run.id}/charge`, {
            method: 'POST',
            headers: { 'idempotency-key': key },
            body: JSON.stringify({ eventName: 'profile-found', count: 3 }),
        });

    it('charges a key once, and reports the count late', async () => {
        for (const key of ['a', 'a', 'b']) expect((await charge(key)).status).toBe(201);
        expect(run.countCharges()).toEqual({ 'profile-found': 6 });
        const told = (await (await call(`actor-runs/${run.id}`)).json()) as { data: Record<string, unknown> };
        expect(told.data['chargedEventCounts']).toEqual({ 'profile-found': 0 });
    });

    it('stores rows, compressed or not, and shows them late', async () => {
        await push([{ id: 1 }]);
        await call(`datasets/${run.dataset.id}/items`, {
            method: 'POST',
            headers: { 'content-encoding': 'br' },
            body: brotliCompressSync(JSON.stringify({ id: 2 })),
        });
        expect(run.dataset.readTruth()).toEqual([{ id: 1 }, { id: 2 }]);
        const listing = await call(`datasets/${run.dataset.id}/items?desc=1&limit=10`);
        expect(await listing.json()).toEqual([]);
        expect(listing.headers.get('x-apify-pagination-total')).toBe('0');
    });

    it('rejects more than 5 MB in one push', async () => {
        expect((await push([{ text: 'x'.repeat(5 * 1024 * 1024) }])).status).toBe(413);
        expect(run.dataset.readTruth()).toEqual([]);
    });

    it.each([
        ['before', 0],
        ['after', 1],
    ] as const)('fails %s a push took effect, as planned', async (moment, stored) => {
        platform.setFaultPlan(run, planFaults(['push'], { kind: '502', moment }, 1));
        expect((await push([{ id: 1 }])).status).toBe(502);
        expect(run.dataset.readTruth()).toHaveLength(stored);
        platform.setFaultPlan(run, planFaults(['push'], { kind: 'reset', moment }, 1));
        await expect(push([{ id: 1 }])).rejects.toThrow('fetch failed');
        expect(run.dataset.readTruth()).toHaveLength(stored * 2);
    });

    it('limits the calls per second', async () => {
        const statuses = await Promise.all(
            Array.from({ length: 400 }, async () => (await call(`actor-runs/${run.id}`)).status),
        );
        expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    });

    it('stores records unchanged', async () => {
        const record = `key-value-stores/store-${run.id}/records/OUTPUT`;
        expect((await call(record)).status).toBe(404);
        await call(record, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"a":1}' });
        expect(await (await call(record)).json()).toEqual({ a: 1 });
        expect((await call(record, { method: 'HEAD' })).status).toBe(200);
        expect(run.readJson('OUTPUT')).toEqual({ a: 1 });
    });
});
