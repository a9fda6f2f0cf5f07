import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { migrate } from '../../src/accounts/migrate.ts';
import { createTenant } from '../../src/accounts/tenants.ts';
import { CheckSums, ledgerCommands, type Model, type Real } from '../helpers/credit-ledger-model.ts';
import { databaseHomes, howToHavePostgres, type TestDatabase } from '../helpers/test-databases.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');

for (const { home, isAtHand, open } of databaseHomes) {
    describe.skipIf(!isAtHand)(`the credit ledger on ${home}${isAtHand ? '' : ` (${howToHavePostgres})`}`, () => {
        let test: TestDatabase;
        beforeAll(async () => {
            test = await open();
            await migrate(test.db);
        });
        afterAll(() => test.close());

        it('does what a simple model says, whatever is done in whatever order', async () => {
            await fc.assert(
                fc.asyncProperty(fc.commands(ledgerCommands, { maxCommands: 60, size: 'max' }), async (sequence) => {
                    const { tenant_id: tenantId } = await createTenant(test.db, { name: 'm', credits: 5, now: start });
                    const model: Model = { credits: 5, used: 0, now: start, open: [], answered: new Map() };
                    const real: Real = { db: test.db, tenantId, nextId: 0 };
                    await fc.asyncModelRun(() => ({ model, real }), sequence);
                    await new CheckSums().run(model, real);
                }),
                // A failure prints its seed and the shortest sequence of commands that shows it.
                { numRuns: 100 },
            );
        }, 120_000);
    });
}
