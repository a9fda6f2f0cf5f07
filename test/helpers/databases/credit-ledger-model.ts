import { fc } from '../fast-check.ts';
import { expect } from 'vitest';
import type { Database } from '../../../src/accounts/database.ts';
import {
    renewRequest,
    reservationLeaseMs,
    reserveRequest,
    settleRequest,
} from '../../../src/accounts/request-ledger.ts';
import { sweep } from '../../../src/accounts/erasure.ts';
import { addCredits, readUsage } from '../../../src/accounts/tenants.ts';
import type { DatabaseClock } from './database-clock.ts';

/** A request in progress in the model, with its reserved credits. */
type ModelRequest = { id: string; credits: number; key: string | null; body: string; leasedUntil: number };

/** The model of the ledger: balance, reservations, usage and stored responses. */
export type Model = {
    credits: number;
    used: number;
    now: number;
    open: ModelRequest[];
    answered: Map<string, { body: string; answer: string }>;
};

/** The real ledger, and the account of the commands. */
export type Real = { db: Database; clock: DatabaseClock; tenantId: string; keyHash: string; nextId: number };

const route = 'enrich';

/** Releases the reservations with an expired lease. */
function dropStale(model: Model): void {
    for (const request of model.open.filter(({ leasedUntil }) => leasedUntil <= model.now))
        model.credits += request.credits;
    model.open = model.open.filter(({ leasedUntil }) => leasedUntil > model.now);
}

function expectedReservation(model: Model, credits: number, key: string | null, body: string): string {
    const answered = key === null ? undefined : model.answered.get(key);
    if (answered) return answered.body === body ? `replay ${answered.answer}` : 'key_reused';
    const running = model.open.find((request) => key !== null && request.key === key);
    if (running) return running.body === body ? 'in_progress' : 'key_reused';
    return credits > model.credits ? 'insufficient_credits' : 'reserved';
}

class Reserve implements fc.AsyncCommand<Model, Real> {
    readonly credits: number;
    readonly key: string | null;
    readonly body: string;

    constructor(credits: number, key: string | null, body: string) {
        this.credits = credits;
        this.key = key;
        this.body = body;
    }

    check = () => true;

    async run(model: Model, real: Real): Promise<void> {
        const { credits, key, body } = this;
        dropStale(model);
        const expected = expectedReservation(model, credits, key, body);
        real.nextId += 1;
        const requestId = `req_${real.tenantId}_${real.nextId}`;
        await real.clock.stopAt(model.now);
        const outcome = await reserveRequest(real.db, {
            requestId,
            keyHash: real.keyHash,
            busyAccounts: [],
            work: {
                urls: credits,
                people: Array.from({ length: credits }, (_, index) => `person-${index}`),
                route,
                idempotencyKey: key,
                bodyHash: body,
            },
        });
        expect(outcome.kind === 'replay' ? `replay ${outcome.response.body}` : outcome.kind).toBe(expected);
        if (expected !== 'reserved') return;
        model.credits -= credits;
        model.open.push({ id: requestId, credits, key, body, leasedUntil: model.now + reservationLeaseMs });
    }

    toString = () => `reserve(${this.credits}, key ${this.key}, body ${this.body})`;
}

class Settle implements fc.AsyncCommand<Model, Real> {
    readonly pick: number;
    readonly share: number;
    readonly isFinal: boolean;
    readonly times: number;

    constructor(pick: number, share: number, isFinal: boolean, times: number) {
        this.pick = pick;
        this.share = share;
        this.isFinal = isFinal;
        this.times = times;
    }

    check = (model: Readonly<Model>) => model.open.length > 0;

    async run(model: Model, real: Real): Promise<void> {
        const request = model.open[this.pick % model.open.length] as ModelRequest;
        const used = this.isFinal ? Math.round(request.credits * this.share) : 0;
        await real.clock.stopAt(model.now);
        // Expired reservations are released by the sweep; until then the balance lacks them.
        await sweep(real.db);
        dropStale(model);
        const isLost = !model.open.includes(request);
        // Repeated, as after a lost result: the second call must change nothing.
        for (let time = 0; time < this.times; time += 1) {
            const outcome = await settleRequest(real.db, {
                requestId: request.id,
                creditsUsed: used,
                people: [],
                idempotencyKey: request.key,
                response: this.isFinal ? { status: 200, body: request.id } : null,
            });
            const settled = { kind: 'settled', balance: model.credits + request.credits - used };
            expect(outcome).toEqual(isLost ? { kind: 'lost' } : settled);
        }
        if (isLost) return;
        model.open = model.open.filter((other) => other !== request);
        model.credits += request.credits - used;
        model.used += used;
        if (request.key !== null && this.isFinal) {
            model.answered.set(request.key, { body: request.body, answer: request.id });
        }
    }

    toString = () => `settle(${this.pick}, ${this.share}, ${this.isFinal ? 'final' : 'failed'}, ${this.times} times)`;
}

class Renew implements fc.AsyncCommand<Model, Real> {
    readonly pick: number;

    constructor(pick: number) {
        this.pick = pick;
    }

    check = (model: Readonly<Model>) => model.open.length > 0;

    async run(model: Model, real: Real): Promise<void> {
        const request = model.open[this.pick % model.open.length] as ModelRequest;
        await real.clock.stopAt(model.now);
        dropStale(model);
        const isAlive = model.open.includes(request);
        expect(await renewRequest(real.db, request.id)).toBe(isAlive);
        request.leasedUntil = model.now + reservationLeaseMs;
    }

    toString = () => `renew(${this.pick})`;
}

class Wait implements fc.AsyncCommand<Model, Real> {
    readonly durationMs: number;
    readonly isSwept: boolean;

    constructor(durationMs: number, isSwept: boolean) {
        this.durationMs = durationMs;
        this.isSwept = isSwept;
    }

    check = () => true;

    async run(model: Model, real: Real): Promise<void> {
        model.now += this.durationMs;
        if (!this.isSwept) return;
        await real.clock.stopAt(model.now);
        await sweep(real.db);
        dropStale(model);
    }

    toString = () => `wait(${this.durationMs}, ${this.isSwept ? 'swept' : 'not swept'})`;
}

class TopUp implements fc.AsyncCommand<Model, Real> {
    readonly credits: number;

    constructor(credits: number) {
        this.credits = credits;
    }

    check = () => true;

    async run(model: Model, real: Real): Promise<void> {
        dropStale(model);
        model.credits += this.credits;
        await real.clock.stopAt(model.now);
        expect(await addCredits(real.db, real.tenantId, this.credits)).toBe(model.credits);
    }

    toString = () => `topUp(${this.credits})`;
}

/** Compares balance, reserved credits and usage with the model. */
export class CheckTotals implements fc.AsyncCommand<Model, Real> {
    check = () => true;

    async run(model: Model, real: Real): Promise<void> {
        dropStale(model);
        const reserved = model.open.reduce((sum, { credits }) => sum + credits, 0);
        await real.clock.stopAt(model.now);
        expect(await readUsage(real.db, real.tenantId)).toMatchObject({
            credits: model.credits,
            reserved,
            used: model.used,
        });
    }

    toString = () => 'checkTotals()';
}

const keys = fc.constantFrom(null, null, 'k1', 'k2');
/** All commands that affect an account's credits. */
export const ledgerCommands = [
    fc.tuple(fc.integer({ min: 0, max: 4 }), keys, fc.constantFrom('a', 'a', 'b')).map((args) => new Reserve(...args)),
    fc
        .tuple(fc.nat(9), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.integer({ min: 1, max: 2 }))
        .map((args) => new Settle(...args)),
    fc.nat(9).map((pick) => new Renew(pick)),
    fc.tuple(fc.integer({ min: 0, max: reservationLeaseMs + 1000 }), fc.boolean()).map((args) => new Wait(...args)),
    fc.integer({ min: 1, max: 5 }).map((credits) => new TopUp(credits)),
    fc.constant(new CheckTotals()),
];
