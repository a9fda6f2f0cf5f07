import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/accounts/database.ts';
import { createGatekeeper } from '../../src/accounts/gatekeeper.ts';
import { generateApiKey, hashApiKey } from '../../src/accounts/keys.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

/** A gatekeeper whose database refuses every request for `waitMs`, and counts the queries. */
function start(waitMs: number) {
    const clock = new FakeClock();
    const state = { asked: 0 };
    const unused = () => Promise.reject(new Error('not asked here'));
    const db: Database = {
        query: unused,
        async queryIdempotent<Row>() {
            state.asked += 1;
            const caller = { tenant_id: 'ten_1', mode: 'live', rate_limit: 4, max_urls: 100 };
            const result = { outcome: 'rate_limited', ...caller, remaining: 0, resets_at: 10, wait_ms: waitMs };
            return [{ result }] as Row[];
        },
        transaction: unused,
        check: unused,
        reclaim: unused,
        countConnections: () => null,
        close: unused,
    };
    const gatekeeper = createGatekeeper(db, { clock, lookupLimits: { perDay: 0, perTenantAndDay: 0 } });
    const reserve = (keyHash: string) =>
        gatekeeper.reserve({ requestId: 'req_1', keyHash, busyAccounts: [], work: null });
    return { clock, state, gatekeeper, reserve };
}

describe('the gatekeeper', () => {
    it('queries the database once per second for a key without a slot, and returns the remaining wait', async () => {
        const { clock, state, reserve } = start(600);
        expect(await reserve('a')).toMatchObject({ kind: 'rate_limited', waitMs: 600 });
        await clock.advance(200);
        expect(await reserve('a')).toMatchObject({
            kind: 'rate_limited',
            waitMs: 400,
            rate: { limit: 4, resetsAt: 10 },
        });
        expect(state.asked).toBe(1);
        await reserve('b');
        expect(state.asked).toBe(2);
        await clock.advance(400);
        await reserve('a');
        expect(state.asked).toBe(3);
    });

    it('parses the header without a query', () => {
        const { gatekeeper, state } = start(0);
        const key = generateApiKey('live');
        expect(gatekeeper.readCredentials(undefined)).toEqual({ kind: 'missing' });
        expect(gatekeeper.readCredentials('Basic YTpi')).toEqual({ kind: 'missing' });
        expect(gatekeeper.readCredentials('Bearer nonsense')).toEqual({ kind: 'malformed' });
        expect(gatekeeper.readCredentials(`Bearer ${'x'.repeat(3000)}`)).toEqual({ kind: 'malformed' });
        expect(gatekeeper.readCredentials(`Bearer ${key}x`)).toEqual({ kind: 'malformed' });
        expect(gatekeeper.readCredentials(`bearer   ${key} `)).toEqual({ kind: 'key', keyHash: hashApiKey(key) });
        expect(state.asked).toBe(0);
    });
});
