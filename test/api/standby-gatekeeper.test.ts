import { beforeEach, describe, expect, it } from 'vitest';
import { answerKeptMs, type Opening } from '../../src/accounts/request-ledger.ts';
import { createStandbyGatekeeper } from '../../src/api/standby-gatekeeper.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const caller = { tenantId: 'standby', keyId: 'standby', mode: 'live' } as const;

let clock: FakeClock;
let charges: string[];
let gatekeeper: ReturnType<typeof createStandbyGatekeeper>;
let requests: number;

function start(maxRequestsPerSecond = 4): void {
    clock = new FakeClock();
    charges = [];
    requests = 0;
    gatekeeper = createStandbyGatekeeper({
        purse: {
            reserve: () => true,
            settle() {},
            charge: async (key) => void charges.push(key),
            remaining: () => null,
        },
        suppressed: new Set(),
        mode: 'live',
        maxRequestsPerSecond,
        clock,
    });
}
beforeEach(() => start());

function open(idempotencyKey: string | null, bodyHash = 'body') {
    requests += 1;
    const opening: Opening = {
        requestId: `req_${requests}`,
        tenantId: 'standby',
        mode: 'live',
        route: 'enrich',
        idempotencyKey,
        bodyHash,
        credits: 1,
        canonicalUrls: [],
    };
    return { requestId: opening.requestId, opening: gatekeeper.open(opening) };
}

function close(requestId: string, { isFinal = true, creditsUsed = 1, body = requestId } = {}) {
    return gatekeeper.close({
        tenantId: 'standby',
        requestId,
        found: [],
        conclude: () => ({ creditsUsed, isFinal, canonicalUrls: [], buildAnswer: () => ({ status: 200, body }) }),
    });
}

/** One request from its beginning to its end; returns how it was opened. */
async function ask(idempotencyKey: string | null, bodyHash?: string): Promise<string> {
    const { requestId, opening } = open(idempotencyKey, bodyHash);
    const { kind } = await opening;
    if (kind === 'opened') await close(requestId);
    return kind;
}

describe('a charge in Standby', () => {
    it('is made once while its answer is kept, and under the same key after a restart', async () => {
        expect(await ask('k')).toBe('opened');
        expect(await ask('k')).toBe('replay');
        const [first] = charges;
        expect(charges).toHaveLength(1);
        start();
        await ask('k');
        expect(charges).toEqual([first]);
    });

    it('is a new one, under a key of its own, once the answer is over 24 hours old', async () => {
        for (let day = 0; day < 3; day += 1) {
            expect(await ask('k')).toBe('opened');
            await clock.advance(answerKeptMs + 1);
        }
        expect(new Set(charges).size).toBe(3);
    });

    it('is a new one when the answer had to make room, and the answer asked for last stays', async () => {
        await ask('old');
        await ask('used');
        for (let index = 0; index < 999; index += 1) {
            await ask(`k${index}`);
            await ask('used');
        }
        expect(await ask('used')).toBe('replay');
        expect(await ask('old')).toBe('opened');
        expect(new Set(charges).size).toBe(charges.length);
    });

    it('is not made for a request whose first try came to nothing, and then once', async () => {
        const { requestId } = open('k');
        await close(requestId, { isFinal: false, creditsUsed: 0 });
        expect(charges).toEqual([]);
        expect(await ask('k')).toBe('opened');
        expect(charges).toHaveLength(1);
    });
});

describe('a key in Standby', () => {
    it('is held while its request is worked on, however much else is answered', async () => {
        const { requestId } = open('k');
        for (let index = 0; index < 1001; index += 1) await ask(`other${index}`);
        expect(await ask('k')).toBe('in_progress');
        expect(await ask('k', 'another body')).toBe('key_reused');
        await close(requestId);
        expect(await ask('k')).toBe('replay');
    });

    it('of an answer too large to be kept is free again', async () => {
        const { requestId } = open('k');
        await close(requestId, { body: 'x'.repeat(50_000_001) });
        expect(await ask('k')).toBe('opened');
        expect(new Set(charges).size).toBe(2);
    });
});

describe('the rate in Standby', () => {
    const take = () => gatekeeper.takeSlot(caller, 'single');

    it('is the one of the input', async () => {
        start(7.9);
        const granted: boolean[] = [];
        for (let index = 0; index < 8; index += 1) granted.push((await take()).isGranted);
        expect(granted).toEqual([true, true, true, true, true, true, true, false]);
        expect(await take()).toMatchObject({ limit: 7, windowSecs: 1, resetAt: clock.now() / 1000 + 1 });
    });

    it('below one a second has windows of several seconds', async () => {
        start(0.3);
        expect((await take()).isGranted).toBe(true);
        await clock.advance(3999);
        expect(await take()).toMatchObject({ isGranted: false, limit: 1, windowSecs: 4 });
        await clock.advance(1);
        expect((await take()).isGranted).toBe(true);
    });
});
