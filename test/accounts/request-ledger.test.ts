import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/accounts/database.ts';
import { accountName } from '../../src/accounts/gatekeeper.ts';
import { createKey, hashApiKey, listKeys, revokeKey } from '../../src/accounts/keys.ts';
import {
    renewRequest,
    reservationLeaseMs,
    reserveRequest,
    responseKeptMs,
    settleRequest,
    takeBatchSlot,
    type ReserveRequest,
    type Settlement,
} from '../../src/accounts/request-ledger.ts';
import { suppressProfile, unsuppressProfile, sweep } from '../../src/accounts/erasure.ts';
import { changePlan, createTenant, readAccount, readUsage } from '../../src/accounts/tenants.ts';
import type { DatabaseClock } from '../helpers/databases/database-clock.ts';
import { describeOnAccounts } from '../helpers/databases/test-databases.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');
const ada = 'https://www.linkedin.com/in/ada-example/';

type Work = NonNullable<ReserveRequest['work']>;

describeOnAccounts('the request ledger', (test) => {
    let db: Database;
    let tenantId: string;
    let keyHash: string;
    let testKeyHash: string;
    let requests = 0;
    let clock: DatabaseClock;

    beforeEach(async () => {
        ({ db, clock } = test);
        await clock.stopAt(start);
        ({ tenant_id: tenantId } = await createTenant(db, { name: 'test', credits: 3, now: start }));
        // The rate limit is tested separately.
        await changePlan(db, tenantId, { maxRequestsPerSecond: 1000, maxUrlsPerRequest: null });
        keyHash = hashApiKey((await createKey(db, { tenantId, mode: 'live', now: start }))?.key ?? '');
        testKeyHash = hashApiKey((await createKey(db, { tenantId, mode: 'test', now: start }))?.key ?? '');
    });

    function request(work: Partial<Work> = {}, changes: Partial<ReserveRequest> = {}): ReserveRequest {
        requests += 1;
        return {
            requestId: `req_${tenantId}_${requests}`,
            keyHash,
            busyAccounts: [],
            work: { urls: 1, people: [ada], route: 'enrich', idempotencyKey: null, bodyHash: 'hash', ...work },
            ...changes,
        };
    }
    const three = { urls: 3, people: ['a', 'b', 'c'] };

    /** Reserves at an instant; `settle` settles the returned request. */
    async function reserve(work: Partial<Work> = {}, changes: Partial<ReserveRequest> = {}, at = start) {
        await clock.stopAt(at);
        const asked = request(work, changes);
        return { requestId: asked.requestId, outcome: await reserveRequest(db, asked) };
    }

    async function settle(requestId: string, changes: Partial<Settlement> = {}, at = start) {
        await clock.stopAt(at);
        return settleRequest(db, {
            requestId,
            creditsUsed: 1,
            people: [ada],
            idempotencyKey: 'k',
            response: { status: 200, body: requestId },
            ...changes,
        });
    }

    const usage = async (at = start) => {
        await clock.stopAt(at);
        const { credits, reserved, used } = (await readUsage(db, tenantId)) ?? {};
        return { credits, reserved, used };
    };
    const withoutKey = { idempotencyKey: null };

    it('reserves a credit at the start of a request and charges it on success', async () => {
        const { requestId, outcome } = await reserve();
        expect(outcome).toMatchObject({
            kind: 'reserved',
            suppressed: new Set(),
            caller: { tenantId, mode: 'live' },
        });
        expect(await usage()).toEqual({ credits: 2, reserved: 1, used: 0 });
        expect(await settle(requestId, withoutKey)).toEqual({ kind: 'settled', balance: 2 });
        expect(await usage()).toEqual({ credits: 2, reserved: 0, used: 1 });
    });

    it('releases the credit of a request without a profile', async () => {
        const { requestId } = await reserve();
        const nothing = { ...withoutKey, creditsUsed: 0, people: [], response: null };
        expect(await settle(requestId, nothing)).toEqual({ kind: 'settled', balance: 3 });
        expect(await usage()).toEqual({ credits: 3, reserved: 0, used: 0 });
    });

    it('settles once however often it is repeated, with the same result', async () => {
        const plain = await reserve();
        await settle(plain.requestId, withoutKey);
        expect(await settle(plain.requestId, withoutKey)).toEqual({ kind: 'settled', balance: 2 });
        const keyed = await reserve({ idempotencyKey: 'k' });
        const first = await settle(keyed.requestId);
        await reserve();
        // Even if the balance has changed since.
        expect(await settle(keyed.requestId)).toEqual(first);
        expect(await usage()).toEqual({ credits: 0, reserved: 1, used: 2 });
    });

    it('reserves once however often the call is repeated', async () => {
        const asked = request({ idempotencyKey: 'k' });
        expect(await reserveRequest(db, asked)).toMatchObject({ kind: 'reserved' });
        expect(await reserveRequest(db, asked)).toMatchObject({ kind: 'reserved' });
        expect(await usage()).toEqual({ credits: 2, reserved: 1, used: 0 });
    });

    it('refuses a request over the balance, and reserves neither credits nor key', async () => {
        const four = { urls: 4, people: ['a', 'b', 'c', 'd'], idempotencyKey: 'k' };
        expect((await reserve(four)).outcome).toMatchObject({ kind: 'insufficient_credits' });
        expect(await usage()).toEqual({ credits: 3, reserved: 0, used: 0 });
        expect((await reserve({ ...three, idempotencyKey: 'k' })).outcome).toMatchObject({ kind: 'reserved' });
    });

    it('never admits more concurrent requests than the balance covers', async () => {
        const outcomes = await Promise.all(Array.from({ length: 20 }, () => reserveRequest(db, request())));
        expect(outcomes.filter(({ kind }) => kind === 'reserved')).toHaveLength(3);
        expect(outcomes.filter(({ kind }) => kind === 'insufficient_credits')).toHaveLength(17);
        expect(await usage()).toEqual({ credits: 0, reserved: 3, used: 0 });
    });

    it('reserves no credit for a test key', async () => {
        await db.query('update tenants set credits = 0 where id = $1', [tenantId]);
        const { requestId, outcome } = await reserve({}, { keyHash: testKeyHash });
        expect(outcome).toMatchObject({ kind: 'reserved', caller: { mode: 'test' } });
        expect(await settle(requestId, { ...withoutKey, creditsUsed: 0 })).toEqual({ kind: 'settled', balance: 0 });
    });

    it('releases the reservation of a dead process after its lease, and frees the key', async () => {
        await reserve({ ...three, idempotencyKey: 'k' });
        const before = await reserve({ idempotencyKey: 'k' }, {}, start + reservationLeaseMs - 1);
        expect(before.outcome).toMatchObject({ kind: 'in_progress' });
        const after = await reserve({ idempotencyKey: 'k' }, {}, start + reservationLeaseMs);
        expect(after.outcome).toMatchObject({ kind: 'reserved' });
        expect(await usage(start + reservationLeaseMs)).toEqual({ credits: 2, reserved: 1, used: 0 });
    });

    it('releases the reservations of dead processes in the sweep, and shows them as released even before', async () => {
        await reserve(three);
        expect(await usage(start + reservationLeaseMs)).toEqual({ credits: 3, reserved: 0, used: 0 });
        await Promise.all([sweep(db), sweep(db)]);
        const [tenant] = await db.query<{ credits: number }>('select credits from tenants where id = $1', [tenantId]);
        expect(tenant?.credits).toBe(3);
    });

    it('charges nothing for a request with an expired lease, whether or not it was released', async () => {
        for (const isSwept of [false, true]) {
            const slow = await reserve({ idempotencyKey: 'k' });
            await clock.stopAt(start + reservationLeaseMs);
            if (isSwept) await sweep(db);
            expect(await renewRequest(db, slow.requestId)).toBe(false);
            expect(await settle(slow.requestId, {}, start + reservationLeaseMs)).toEqual({ kind: 'lost' });
            expect(await usage(start + reservationLeaseMs)).toEqual({ credits: 3, reserved: 0, used: 0 });
            await sweep(db);
        }
    });

    it('charges once if a second request claims the key after the lease of the first', async () => {
        const slow = await reserve({ idempotencyKey: 'k' });
        const later = start + reservationLeaseMs;
        const second = await reserve({ idempotencyKey: 'k' }, {}, later);
        expect(await settle(slow.requestId, {}, later)).toEqual({ kind: 'lost' });
        expect(await settle(second.requestId, {}, later)).toMatchObject({ kind: 'settled' });
        expect(await usage(later)).toEqual({ credits: 2, reserved: 0, used: 1 });
    });

    it('keeps a renewed request and its key', async () => {
        const long = await reserve({ idempotencyKey: 'k' });
        await clock.stopAt(start + 10_000);
        expect(await renewRequest(db, long.requestId)).toBe(true);
        await clock.stopAt(start + reservationLeaseMs);
        await sweep(db);
        const other = await reserve({ idempotencyKey: 'k' }, {}, start + reservationLeaseMs);
        expect(other.outcome).toMatchObject({ kind: 'in_progress' });
        expect(await settle(long.requestId, {}, start + reservationLeaseMs)).toMatchObject({ kind: 'settled' });
    });

    it('replays the first response for 24 hours, then processes the request again', async () => {
        const first = await reserve({ idempotencyKey: 'k' });
        await settle(first.requestId);
        const replay = await reserve({ idempotencyKey: 'k' }, {}, start + responseKeptMs - 1);
        expect(replay.outcome).toMatchObject({
            kind: 'replay',
            response: { status: 200, body: first.requestId, balance: 2 },
        });
        const anew = await reserve({ idempotencyKey: 'k' }, {}, start + responseKeptMs);
        expect(anew.outcome).toMatchObject({ kind: 'reserved' });
    });

    it('erases stored responses after 24 hours', async () => {
        const first = await reserve({ idempotencyKey: 'k' });
        await settle(first.requestId);
        await clock.stopAt(start + responseKeptMs);
        await sweep(db);
        const rows = await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId]);
        expect(rows).toEqual([]);
    });

    it('does not store a response without an idempotency key', async () => {
        const { requestId } = await reserve();
        await settle(requestId, withoutKey);
        expect(await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId])).toEqual([]);
    });

    it('reports a key reused with another body, whether or not the first request was answered', async () => {
        const first = await reserve({ idempotencyKey: 'k' });
        const other = async () => (await reserve({ idempotencyKey: 'k', bodyHash: 'other' })).outcome;
        expect(await other()).toMatchObject({ kind: 'key_reused' });
        await settle(first.requestId);
        expect(await other()).toMatchObject({ kind: 'key_reused' });
    });

    it('reserves one of many concurrent requests with the same key', async () => {
        const outcomes = await Promise.all(
            Array.from({ length: 10 }, () => reserveRequest(db, request({ idempotencyKey: 'k' }))),
        );
        const kinds = outcomes.map(({ kind }) => kind).sort();
        expect(kinds).toEqual([...Array.from({ length: 9 }, () => 'in_progress'), 'reserved']);
        expect(await usage()).toEqual({ credits: 2, reserved: 1, used: 0 });
    });

    it('frees the key after a retryable failure', async () => {
        const first = await reserve({ idempotencyKey: 'k' });
        await settle(first.requestId, { creditsUsed: 0, response: null });
        expect((await reserve({ idempotencyKey: 'k' })).outcome).toMatchObject({ kind: 'reserved' });
    });

    it.each([
        ['another mode', {}, true],
        ['another route', { route: 'other' }, false],
        ['another key', { idempotencyKey: 'K' }, false],
    ])('keeps the responses of %s apart', async (_, changes, isTest) => {
        const first = await reserve({ idempotencyKey: 'k' });
        await settle(first.requestId);
        const other = await reserve({ idempotencyKey: 'k', ...changes }, { keyHash: isTest ? testKeyHash : keyHash });
        expect(other.outcome).toMatchObject({ kind: 'reserved' });
    });

    it('erases responses that name a suppressed person at once, and reports the person to the next request', async () => {
        const person = `https://www.linkedin.com/in/${tenantId.toLowerCase()}/`;
        const first = await reserve({ idempotencyKey: 'k' });
        // A related profile counts like the requested one.
        await settle(first.requestId, { people: [ada, person] });
        await suppressProfile(db, person);
        expect(await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId])).toEqual([]);
        const next = await reserve({ idempotencyKey: 'k', people: [ada, person] });
        expect(next.outcome).toMatchObject({ kind: 'reserved', suppressed: new Set([person]) });
    });

    it('does not settle a response that names a newly suppressed person until they are removed', async () => {
        const person = `https://www.linkedin.com/in/${tenantId.toLowerCase()}-2/`;
        const first = await reserve({ idempotencyKey: 'k', people: [person] });
        await suppressProfile(db, person);
        expect(await settle(first.requestId, { people: [person] })).toEqual({
            kind: 'suppressed',
            people: new Set([person]),
        });
        expect(await usage()).toEqual({ credits: 2, reserved: 1, used: 0 });
        const without = { creditsUsed: 0, people: [] };
        expect(await settle(first.requestId, without)).toEqual({ kind: 'settled', balance: 3 });
        await unsuppressProfile(db, person);
    });

    it('never replays a response stored during a suppression of a person in it, and erases it', async () => {
        const person = `https://www.linkedin.com/in/${tenantId.toLowerCase()}-3/`;
        const first = await reserve({ idempotencyKey: 'k' });
        await settle(first.requestId, { people: [person] });
        // As if both transactions had run concurrently without seeing each other.
        await db.query('insert into suppressed_profiles values ($1, accounts_now())', [person]);
        const second = await reserve({ idempotencyKey: 'k' });
        expect(second.outcome).toMatchObject({ kind: 'reserved' });
        await settle(second.requestId, { people: [] });
        await db.query('update idempotency_keys set people = array[$1] where tenant_id = $2', [person, tenantId]);
        await sweep(db);
        expect(await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId])).toEqual([]);
        await unsuppressProfile(db, person);
    });

    it('rejects unknown and revoked keys', async () => {
        expect((await reserve({}, { keyHash: 'nobody' })).outcome).toEqual({ kind: 'unknown_key' });
        const [live] = (await listKeys(db, tenantId)) ?? [];
        await revokeKey(db, live?.key_id ?? '');
        expect((await reserve()).outcome).toEqual({ kind: 'unknown_key' });
        expect((await reserve({}, { keyHash: testKeyHash })).outcome).toMatchObject({ kind: 'reserved' });
    });

    it('records the last use of a key, at most once a minute', async () => {
        const lastUsed = async () => (await listKeys(db, tenantId))?.[0]?.last_used_at;
        expect(await lastUsed()).toBeNull();
        await reserve({}, {}, start);
        await reserve({}, {}, start + 59_000);
        expect(await lastUsed()).toBe(new Date(start).toISOString());
        await reserve({}, {}, start + 61_000);
        expect(await lastUsed()).toBe(new Date(start + 61_000).toISOString());
    });

    it('takes a slot for every request except unknown keys and busy accounts', async () => {
        await changePlan(db, tenantId, { maxRequestsPerSecond: 3, maxUrlsPerRequest: 2 });
        const busyAccounts = [accountName({ tenantId, mode: 'live' })];
        expect((await reserve({}, { busyAccounts })).outcome).toMatchObject({ kind: 'too_much_at_work' });
        expect((await reserve(three)).outcome).toMatchObject({
            kind: 'too_many_urls',
            maxUrls: 2,
            rate: { limit: 3, remaining: 2, resetsAt: start / 1000 + 1 },
        });
        expect((await reserve({}, { work: null })).outcome).toMatchObject({
            kind: 'admitted',
            rate: { remaining: 1 },
        });
        expect((await reserve()).outcome).toMatchObject({ kind: 'reserved', rate: { remaining: 0 } });
        const refused = await reserve({}, {}, start + 250);
        expect(refused.outcome).toMatchObject({
            kind: 'rate_limited',
            waitMs: 750,
            rate: { limit: 3, remaining: 0 },
        });
        // Test keys are counted separately.
        expect((await reserve({}, { keyHash: testKeyHash })).outcome).toMatchObject({ rate: { remaining: 2 } });
        expect(await takeBatchSlot(db, { tenantId, mode: 'live' })).toMatchObject({ isGranted: false });
        await clock.stopAt(start + 1000);
        expect(await takeBatchSlot(db, { tenantId, mode: 'live' })).toMatchObject({ isGranted: true });
    });

    it('counts requests and credits per day and per month', async () => {
        const lastMonth = Date.parse('2026-02-28T23:59:59.000Z');
        const first = await reserve({}, {}, lastMonth);
        await settle(first.requestId, withoutKey, lastMonth);
        const second = await reserve({}, {}, start);
        await settle(second.requestId, withoutKey, start);
        await reserve({}, { work: null }, start);
        await reserve({}, {}, start);
        expect(await readAccount(db, tenantId)).toEqual({
            credits: 0,
            reserved: 1,
            used_this_month: 1,
            max_requests_per_second: 1000,
            max_urls_per_request: 100,
            days: [
                { date: '2026-02-28', requests: 1, credits_used: 1 },
                { date: '2026-03-01', requests: 2, credits_used: 1 },
            ],
        });
    });
});
