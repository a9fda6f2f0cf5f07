import { beforeEach, describe, expect, it } from 'vitest';
import { responseKeptMs } from '../../src/accounts/request-ledger.ts';
import { createStandbyGatekeeper } from '../../src/api/standby-gatekeeper.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const caller = { tenantId: 'standby', mode: 'live' } as const;

let clock: FakeClock;
let charges: string[];
let gatekeeper: ReturnType<typeof createStandbyGatekeeper>;
let requests: number;

function start(maxRequestsPerSecond = 4): void {
    clock = new FakeClock();
    charges = [];
    requests = 0;
    gatekeeper = createStandbyGatekeeper({
        budget: {
            reserve: () => true,
            settle() {},
            charge: async (key) => void charges.push(key),
            remaining: () => null,
        },
        lookups: { reserve: () => true, release() {}, hasLeft: () => true },
        suppressed: new Set(),
        mode: 'live',
        maxRequestsPerSecond,
        clock,
    });
}
// The rate is tested separately.
beforeEach(() => start(100_000));

function reserve(idempotencyKey: string | null, bodyHash = 'body') {
    requests += 1;
    const requestId = `req_${requests}`;
    const work = { urls: 1, people: ['ada'], route: 'enrich', idempotencyKey, bodyHash };
    return { requestId, outcome: gatekeeper.reserve({ requestId, keyHash: 'standby', busyAccounts: [], work }) };
}

function settle(requestId: string, { isFinal = true, creditsUsed = 1, body = requestId, people = ['ada'] } = {}) {
    const response = isFinal ? { status: 200, body } : null;
    return gatekeeper.settle({ requestId, creditsUsed, people, idempotencyKey: 'k', response });
}

/** Reserves and settles one request; returns the outcome of the reservation. */
async function ask(idempotencyKey: string | null, bodyHash?: string): Promise<string> {
    const { requestId, outcome } = reserve(idempotencyKey, bodyHash);
    const { kind } = await outcome;
    if (kind === 'reserved') await settle(requestId);
    return kind;
}

describe('a charge in Standby', () => {
    it('is made once while its response is stored, and under the same key after a restart', async () => {
        expect(await ask('k')).toBe('reserved');
        expect(await ask('k')).toBe('replay');
        const [first] = charges;
        expect(charges).toHaveLength(1);
        start(100_000);
        await ask('k');
        expect(charges).toEqual([first]);
    });

    it('is new, under a new key, once the response is over 24 hours old', async () => {
        for (let day = 0; day < 3; day += 1) {
            expect(await ask('k')).toBe('reserved');
            await clock.advance(responseKeptMs + 1);
        }
        expect(new Set(charges).size).toBe(3);
    });

    it('is new once the response was evicted, least recently used first', async () => {
        await ask('old');
        await ask('used');
        for (let index = 0; index < 999; index += 1) {
            await ask(`k${index}`);
            await ask('used');
        }
        expect(await ask('used')).toBe('replay');
        expect(await ask('old')).toBe('reserved');
        expect(new Set(charges).size).toBe(charges.length);
    });

    it('is not made for a failed first attempt, then made once', async () => {
        const { requestId } = reserve('k');
        await settle(requestId, { isFinal: false, creditsUsed: 0 });
        expect(charges).toEqual([]);
        expect(await ask('k')).toBe('reserved');
        expect(charges).toHaveLength(1);
    });
});

describe('a key in Standby', () => {
    it('is reserved while its request runs, whatever else is stored', async () => {
        const { requestId } = reserve('k');
        for (let index = 0; index < 1001; index += 1) await ask(`other${index}`);
        expect(await ask('k')).toBe('in_progress');
        expect(await ask('k', 'another body')).toBe('key_reused');
        await settle(requestId);
        expect(await ask('k')).toBe('replay');
    });

    it('is free after a response too large to be stored', async () => {
        const { requestId } = reserve('k');
        await settle(requestId, { body: 'x'.repeat(50_000_001) });
        expect(await ask('k')).toBe('reserved');
        expect(new Set(charges).size).toBe(2);
    });
});

describe('a person suppressed during a Standby run', () => {
    it('is removed from stored responses, and other responses are replayed', async () => {
        const { requestId } = reserve('k');
        // A related profile counts like the requested one.
        await settle(requestId, { people: ['ada', 'bob'] });
        const other = reserve('other');
        await settle(other.requestId, { people: ['ada'] });
        gatekeeper.suppress(new Set(['bob']));
        expect(await reserve('k').outcome).toMatchObject({ kind: 'reserved' });
        expect(await ask('other')).toBe('replay');
    });

    it('is not fetched by later requests and not shown by running ones', async () => {
        const { requestId } = reserve('k');
        gatekeeper.suppress(new Set(['ada']));
        expect(await settle(requestId)).toEqual({ kind: 'suppressed', people: new Set(['ada']) });
        expect(charges).toEqual([]);
        expect(await settle(requestId, { people: [], creditsUsed: 0 })).toMatchObject({ kind: 'settled' });
        expect(await reserve('later').outcome).toMatchObject({ kind: 'reserved', suppressed: new Set(['ada']) });
    });
});

describe('the rate in Standby', () => {
    const take = async () => {
        requests += 1;
        const outcome = await gatekeeper.reserve({
            requestId: `req_${requests}`,
            keyHash: 'standby',
            busyAccounts: [],
            work: null,
        });
        return outcome;
    };

    it('comes from the input', async () => {
        start(7.9);
        const kinds: string[] = [];
        for (let index = 0; index < 8; index += 1) kinds.push((await take()).kind);
        expect(kinds).toEqual([...Array.from({ length: 7 }, () => 'admitted'), 'rate_limited']);
        const rate = { limit: 7, windowSecs: 1, remaining: 0, resetsAt: clock.now() / 1000 + 1 };
        expect(await take()).toMatchObject({ kind: 'rate_limited', waitMs: 1000, rate });
        expect(await gatekeeper.takeSlot(caller)).toMatchObject({ isGranted: false, waitMs: 1000, rate });
    });

    it('has windows of several seconds below one per second', async () => {
        start(0.3);
        expect((await take()).kind).toBe('admitted');
        await clock.advance(3999);
        expect(await take()).toMatchObject({ kind: 'rate_limited', rate: { limit: 1, windowSecs: 4 } });
        await clock.advance(1);
        expect((await take()).kind).toBe('admitted');
    });
});
