import { fc } from '../helpers/fast-check.ts';
import { it } from 'vitest';
import { createKey, hashApiKey } from '../../src/accounts/keys.ts';
import { changePlan, createTenant } from '../../src/accounts/tenants.ts';
import { CheckTotals, ledgerCommands, type Model, type Real } from '../helpers/databases/credit-ledger-model.ts';
import { describeOnAccounts } from '../helpers/databases/test-databases.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');

describeOnAccounts('the credit ledger', (test) => {
    it('matches a simple model under random commands', async () => {
        await fc.assert(
            fc.asyncProperty(fc.commands(ledgerCommands, { maxCommands: 50, size: 'max' }), async (sequence) => {
                const { db } = test;
                const { tenant_id: tenantId } = await createTenant(db, { name: 'm', credits: 5, now: start });
                // The rate limit is not part of the model.
                await changePlan(db, tenantId, { maxRequestsPerSecond: 1000, maxUrlsPerRequest: null });
                const made = await createKey(db, { tenantId, mode: 'live', now: start });
                const model: Model = { credits: 5, used: 0, now: start, open: [], answered: new Map() };
                const real: Real = { ...test, tenantId, keyHash: hashApiKey(made?.key ?? ''), nextId: 0 };
                await fc.asyncModelRun(() => ({ model, real }), sequence);
                await new CheckTotals().run(model, real);
            }),
            // A failure prints its seed and the shortest failing sequence of commands.
            { numRuns: 50 },
        );
    }, 120_000);
});
