import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirstKey } from '../../src/accounts/first-key.ts';
import { findCaller } from '../../src/accounts/keys.ts';
import { migrate } from '../../src/accounts/migrate.ts';
import { openPostgres } from '../../src/accounts/database/postgres.ts';
import { databaseHomes, hasPostgres, howToHavePostgres, openFreshPostgres } from '../helpers/test-databases.ts';
import type { TestDatabase } from '../helpers/test-databases.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

for (const { home, isAtHand, open } of databaseHomes) {
    describe.skipIf(!isAtHand)(`migrate on ${home}${isAtHand ? '' : ` (${howToHavePostgres})`}`, () => {
        let test: TestDatabase;
        beforeAll(async () => {
            test = await open();
        });
        afterAll(() => test.close());

        it('can run again and again', async () => {
            await migrate(test.db);
            await migrate(test.db);
            expect(await test.db.query('select count(*) as n from tenants')).toEqual([{ n: 0 }]);
        });

        it('makes the first key once', async () => {
            const first = await createFirstKey(test.db, now);
            expect(first).toEqual({ kind: 'made', key: expect.stringMatching(/^atm_test_/) });
            const [tenant] = await test.db.query<{ id: string }>('select id from tenants');
            // It may have been shown to nobody: a start can be killed at any moment.
            expect(await createFirstKey(test.db, now)).toEqual({ kind: 'unused', tenantId: tenant?.id });
            await findCaller(test.db, first.kind === 'made' ? first.key : '', now);
            expect(await createFirstKey(test.db, now)).toEqual({ kind: 'in_use' });
        });

        it('refuses accounts that a newer version made', async () => {
            await test.db.query('insert into schema_migrations values (9999)');
            await expect(migrate(test.db)).rejects.toThrow('made by a newer version');
        });
    });
}

describe.skipIf(!hasPostgres)(
    `processes that start together on one database${hasPostgres ? '' : howToHavePostgres}`,
    () => {
        it('make one schema and one first key', async () => {
            const test = await openFreshPostgres();
            const others = Array.from({ length: 5 }, () => openPostgres(test.url));
            try {
                const keys = await Promise.all(
                    others.map(async (db) => {
                        await migrate(db);
                        return createFirstKey(db, now);
                    }),
                );
                expect(keys.filter(({ kind }) => kind === 'made')).toHaveLength(1);
            } finally {
                await Promise.all(others.map((db) => db.close()));
                await test.close();
            }
        });
    },
);
