import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/accounts/database/database.ts';
import { migrate } from '../../src/accounts/migrate.ts';
import {
    answerKeptMs,
    closeRequest,
    openRequest,
    renewRequest,
    reservationLeaseMs,
    type Conclusion,
    type Opening,
} from '../../src/accounts/request-ledger.ts';
import { suppressProfile } from '../../src/accounts/suppression.ts';
import { sweep } from '../../src/accounts/sweep.ts';
import { createTenant, readUsage } from '../../src/accounts/tenants.ts';
import { databaseHomes, howToHavePostgres, type TestDatabase } from '../helpers/test-databases.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const ada = 'https://www.linkedin.com/in/ada-example/';

for (const { home, isAtHand, open } of databaseHomes) {
    describe.skipIf(!isAtHand)(`the request ledger on ${home}${isAtHand ? '' : ` (${howToHavePostgres})`}`, () => {
        let test: TestDatabase;
        let db: Database;
        let tenantId: string;
        let requests = 0;

        beforeAll(async () => {
            test = await open();
            db = test.db;
            await migrate(db);
        });
        afterAll(() => test.close());
        beforeEach(async () => {
            ({ tenant_id: tenantId } = await createTenant(db, { name: 'test', credits: 3, now }));
        });

        function opening(changes: Partial<Opening> = {}): Opening {
            requests += 1;
            return {
                requestId: `req_${tenantId}_${requests}`,
                tenantId,
                mode: 'live',
                route: 'enrich',
                idempotencyKey: null,
                bodyHash: 'hash',
                credits: 1,
                canonicalUrls: [ada],
                ...changes,
            };
        }

        function close(requestId: string, changes: Partial<Conclusion> = {}, at = now) {
            const conclusion: Conclusion = {
                creditsUsed: 1,
                isFinal: true,
                canonicalUrls: [ada],
                buildAnswer: (creditsLeft) => ({ status: 200, body: `${requestId}: ${creditsLeft} left` }),
                ...changes,
            };
            return closeRequest(db, { tenantId, requestId, found: [ada], conclude: () => conclusion, now: at });
        }

        const usage = async (at = now) => {
            const { credits, reserved, used } = (await readUsage(db, tenantId, at)) ?? {};
            return { credits, reserved, used };
        };

        it('takes a credit when a request opens and keeps it when it succeeds', async () => {
            const first = opening();
            expect(await openRequest(db, first, now)).toEqual({ kind: 'opened', suppressed: new Set() });
            expect(await usage()).toEqual({ credits: 2, reserved: 1, used: 0 });
            expect(await close(first.requestId)).toMatchObject({ answer: { body: `${first.requestId}: 2 left` } });
            expect(await usage()).toEqual({ credits: 2, reserved: 0, used: 1 });
        });

        it('gives the credit back when a request comes to nothing', async () => {
            const first = opening();
            await openRequest(db, first, now);
            await close(first.requestId, { creditsUsed: 0 });
            expect(await usage()).toEqual({ credits: 3, reserved: 0, used: 0 });
        });

        it('settles once however often it is told to, and answers the same each time', async () => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            const answers = [await close(first.requestId), await close(first.requestId), await close(first.requestId)];
            expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
            expect(await usage()).toEqual({ credits: 2, reserved: 0, used: 1 });
        });

        it('refuses what costs more than the balance, and holds neither credits nor key for it', async () => {
            expect(await openRequest(db, opening({ credits: 4, idempotencyKey: 'k' }), now)).toEqual({
                kind: 'insufficient_credits',
            });
            expect(await usage()).toEqual({ credits: 3, reserved: 0, used: 0 });
            expect(await openRequest(db, opening({ credits: 3, idempotencyKey: 'k' }), now)).toMatchObject({
                kind: 'opened',
            });
        });

        it('never lets more through at once than the balance covers', async () => {
            const outcomes = await Promise.all(Array.from({ length: 20 }, () => openRequest(db, opening(), now)));
            expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(3);
            expect(await usage()).toEqual({ credits: 0, reserved: 3, used: 0 });
        });

        it('gives back what a dead process held, once its lease is over, and frees its key', async () => {
            await openRequest(db, opening({ credits: 3, idempotencyKey: 'k' }), now);
            const before = await openRequest(db, opening({ idempotencyKey: 'k' }), now + reservationLeaseMs - 1);
            expect(before).toEqual({ kind: 'in_progress' });
            const after = await openRequest(db, opening({ idempotencyKey: 'k' }), now + reservationLeaseMs);
            expect(after).toMatchObject({ kind: 'opened' });
            expect(await usage(now + reservationLeaseMs)).toEqual({ credits: 2, reserved: 1, used: 0 });
        });

        it('gives back what a dead process held without anybody asking', async () => {
            await openRequest(db, opening({ credits: 3 }), now);
            await Promise.all([sweep(db, now + reservationLeaseMs), sweep(db, now + reservationLeaseMs)]);
            const [tenant] = await db.query<{ credits: number }>('select credits from tenants where id = $1', [
                tenantId,
            ]);
            expect(tenant?.credits).toBe(3);
        });

        it('charges nothing for a request whose reservation was given back meanwhile', async () => {
            const slow = opening();
            await openRequest(db, slow, now);
            await sweep(db, now + reservationLeaseMs);
            expect(await renewRequest(db, slow.requestId, now + reservationLeaseMs)).toBe(false);
            expect(await close(slow.requestId)).toEqual({ kind: 'lost' });
            expect(await usage()).toEqual({ credits: 3, reserved: 0, used: 0 });
        });

        it('leaves a request alone that gives signs of life', async () => {
            const long = opening();
            await openRequest(db, long, now);
            expect(await renewRequest(db, long.requestId, now + 10_000)).toBe(true);
            await sweep(db, now + reservationLeaseMs);
            expect(await close(long.requestId)).toMatchObject({ kind: 'closed' });
        });

        it('replays the first answer for 24 hours and works anew after that', async () => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            await close(first.requestId);
            const replay = await openRequest(db, opening({ idempotencyKey: 'k' }), now + answerKeptMs - 1);
            expect(replay).toEqual({
                kind: 'replay',
                answer: { status: 200, body: `${first.requestId}: 2 left` },
            });
            expect(await openRequest(db, opening({ idempotencyKey: 'k' }), now + answerKeptMs)).toMatchObject({
                kind: 'opened',
            });
        });

        it('erases stored answers after 24 hours', async () => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            await close(first.requestId);
            await sweep(db, now + answerKeptMs);
            const rows = await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId]);
            expect(rows).toEqual([]);
        });

        it('tells a key that is used with another body, whether or not the first was answered', async () => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            const other = () => openRequest(db, opening({ idempotencyKey: 'k', bodyHash: 'other' }), now);
            expect(await other()).toEqual({ kind: 'key_reused' });
            await close(first.requestId);
            expect(await other()).toEqual({ kind: 'key_reused' });
        });

        it('opens one of many requests that come with the same key at once', async () => {
            const outcomes = await Promise.all(
                Array.from({ length: 10 }, () => openRequest(db, opening({ idempotencyKey: 'k' }), now)),
            );
            const kinds = outcomes.map(({ kind }) => kind).sort();
            expect(kinds).toEqual([...Array.from({ length: 9 }, () => 'in_progress'), 'opened']);
        });

        it('frees the key after an answer that trying again can change', async () => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            await close(first.requestId, { creditsUsed: 0, isFinal: false });
            expect(await openRequest(db, opening({ idempotencyKey: 'k' }), now)).toMatchObject({ kind: 'opened' });
        });

        it.each([
            ['another mode', { mode: 'test' as const }],
            ['another route', { route: 'other' }],
            ['another key', { idempotencyKey: 'K' }],
        ])('keeps the answers of %s apart', async (_, changes) => {
            const first = opening({ idempotencyKey: 'k' });
            await openRequest(db, first, now);
            await close(first.requestId);
            expect(await openRequest(db, opening({ idempotencyKey: 'k', ...changes }), now)).toMatchObject({
                kind: 'opened',
            });
        });

        it('erases the answers of a suppressed person at once, and names them to whoever asks next', async () => {
            const person = `https://www.linkedin.com/in/${tenantId.toLowerCase()}/`;
            const first = opening({ idempotencyKey: 'k', canonicalUrls: [person] });
            await openRequest(db, first, now);
            await close(first.requestId, { canonicalUrls: [person] });
            await suppressProfile(db, person, now);
            expect(await db.query('select 1 from idempotency_keys where tenant_id = $1', [tenantId])).toEqual([]);
            const next = opening({ idempotencyKey: 'k', canonicalUrls: [person] });
            expect(await openRequest(db, next, now)).toEqual({ kind: 'opened', suppressed: new Set([person]) });
        });
    });
}
