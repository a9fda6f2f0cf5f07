import { expect, it } from 'vitest';
import { releaseLookup, reserveLookup } from '../../src/accounts/lookups.ts';
import type { Caller } from '../../src/accounts/request-ledger.ts';
import { suppressProfile, sweep } from '../../src/accounts/erasure.ts';
import { describeOnAccounts } from '../helpers/databases/test-databases.ts';

const dayMs = 24 * 60 * 60 * 1000;
const accountOf = (tenantId: string): Caller => ({ tenantId, mode: 'live' });

describeOnAccounts('provider lookups', (test) => {
    /** Each test uses a separate day. */
    let today = Date.parse('2026-03-01T23:59:58.500Z');

    async function beginDay(): Promise<void> {
        today += 2 * dayMs;
        await test.clock.stopAt(today);
    }

    const reserve = (tenantId: string, [perDay, perTenantAndDay]: [number, number], people: string[] = []) =>
        reserveLookup(test.db, { caller: accountOf(tenantId), people }, { perDay, perTenantAndDay });

    async function count(): Promise<Record<string, number>> {
        const rows = await test.db.query<{ tenant_id: string; lookups: number }>(
            'select tenant_id, lookups from provider_lookups where day = $1',
            [new Date(today).toISOString().slice(0, 10)],
        );
        return Object.fromEntries(rows.map(({ tenant_id: tenantId, lookups }) => [tenantId, lookups]));
    }

    it('grants concurrent callers exactly the limit of the day, and no account more than its own limit', async () => {
        await beginDay();
        const asking = Array.from({ length: 60 }, (_, index) => reserve(`ten_${index % 3}`, [20, 8]));
        const permits = await Promise.all(asking);
        expect(permits.filter(({ kind }) => kind === 'granted')).toHaveLength(20);
        const counts = await count();
        expect(counts['']).toBe(20);
        const ofTenants = [0, 1, 2].map((index) => counts[`ten_${index}`] ?? 0);
        expect(Math.max(...ofTenants)).toBeLessThanOrEqual(8);
        expect(ofTenants.reduce((sum, one) => sum + one)).toBe(20);
    });

    it('does not affect other accounts when one account reaches its limit', async () => {
        await beginDay();
        const kinds: string[] = [];
        for (let index = 0; index < 3; index += 1) kinds.push((await reserve('ten_a', [10, 2])).kind);
        kinds.push((await reserve('ten_b', [10, 2])).kind);
        expect(kinds).toEqual(['granted', 'granted', 'used_up', 'granted']);
        expect(await count()).toEqual({ '': 3, ten_a: 2, ten_b: 1 });
    });

    it('starts at zero on the next day (UTC), and returns the time until then', async () => {
        await beginDay();
        expect(await reserve('ten_a', [1, 1])).toMatchObject({ kind: 'granted' });
        expect(await reserve('ten_a', [1, 1])).toEqual({ kind: 'used_up', waitMs: 1500 });
        await test.clock.stopAt(today + 1500);
        expect(await reserve('ten_a', [1, 1])).toMatchObject({ kind: 'granted' });
    });

    it('uncounts a lookup that was never sent, on the day it was counted', async () => {
        await beginDay();
        const permit = await reserve('ten_a', [1, 1]);
        if (permit.kind !== 'granted') throw new Error('nothing is left');
        await releaseLookup(test.db, accountOf('ten_a'), permit.day);
        await releaseLookup(test.db, accountOf('ten_a'), permit.day);
        expect(await count()).toEqual({ '': 0, ten_a: 0 });
        expect((await reserve('ten_a', [1, 1])).kind).toBe('granted');
    });

    it('grants none with a limit of 0', async () => {
        await beginDay();
        expect((await reserve('ten_a', [0, 5])).kind).toBe('used_up');
        expect((await reserve('ten_a', [5, 0])).kind).toBe('used_up');
        expect(await count()).toEqual({});
    });

    it('neither grants nor counts a lookup of a suppressed person, by any of their addresses', async () => {
        await beginDay();
        await suppressProfile(test.db, 'https://www.linkedin.com/in/ada/');
        const people = ['https://www.linkedin.com/in/ada-old/', 'https://www.linkedin.com/in/ada/'];
        expect(await reserve('ten_a', [5, 5], people)).toEqual({ kind: 'suppressed' });
        expect(await count()).toEqual({});
    });

    it('deletes the counts of a day after a month', async () => {
        await beginDay();
        await reserve('ten_a', [5, 5]);
        await test.clock.stopAt(today + 30 * dayMs);
        await sweep(test.db);
        expect(await count()).not.toEqual({});
        await test.clock.stopAt(today + 33 * dayMs);
        await sweep(test.db);
        expect(await count()).toEqual({});
    });
});
