import { describe, expect, it } from 'vitest';
import { planFaults } from './local/fault-plan.ts';
import { answeredLines, people, usePlatform } from './local/use-platform.ts';

describe.concurrent('a run whose storage fails', { timeout: 90_000 }, () => {
    const home = usePlatform();
    const { createRun, start, readAccount } = home;
    const input = { profileUrls: people(8), maxRequestsPerSecond: 100 };

    it('fails with a clear message when the dataset rejects rows, and can be resumed', async () => {
        const run = createRun({ input });
        run.dataset.refusal = { status: 403, type: 'storage-quota-exceeded', message: 'The storage is full.' };
        const { exitCode, log } = await start(run).ended;
        expect(exitCode).toBe(1);
        expect(log).not.toMatch(/\n\s+at /);
        expect(log).toContain('The storage is full.');
        const { output, remainingUrls } = readAccount(run);
        expect(output).toMatchObject({ ending: 'storage', found: 0, charged: 0, remaining: 8 });
        expect(remainingUrls).toEqual(people(8));
        expect(run.statusMessage).toContain('does not accept rows');
        expect(run.charges.size).toBe(0);

        run.dataset.refusal = null;
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([...input.profileUrls.keys()]);
        expect(run.countCharges()).toEqual({ 'profile-found': 8 });
    });

    it('fails when no charge succeeds, and charges once at the next start', async () => {
        const run = createRun({ input });
        // Each is carried out nevertheless.
        home.platform.setFaultPlan(run, planFaults(['charge'], { kind: '502', moment: 'after' }));
        expect((await start(run).ended).exitCode).toBe(1);
        const { output } = readAccount(run);
        expect(output.ending).toBe('storage');
        expect(output.message).toMatch(/^Apify does not accept charges.*found profiles? could not be charged yet/);

        home.platform.setFaultPlan(run, () => null);
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([...input.profileUrls.keys()]);
        expect(run.countCharges()).toEqual({ 'profile-found': 8 });
        expect(readAccount(run).output).toMatchObject({ found: 8, charged: 8 });
    });

    it('reboots instead of failing when storage is unreachable during a migration', async () => {
        const run = createRun({ input });
        const first = start(run);
        home.onNthCall(run, 'push', 1, () => first.kill());
        await first.ended;
        const unreachable = planFaults(['list'], { kind: '500', moment: 'before' });
        let isTold = false;
        home.platform.setFaultPlan(run, (operation) => {
            if (operation === 'list' && !isTold) run.sendEvent('migrating');
            isTold ||= operation === 'list';
            return unreachable(operation);
        });
        const second = start(run);
        home.platform.onReboot(run, () => second.kill());
        expect((await second.ended).exitCode).toBeNull();
        expect(run.reboots).toBe(1);

        home.platform.setFaultPlan(run, () => null);
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.countCharges()).toEqual({ 'profile-found': 8 });
    });

    it('stops safely when stored rows cannot be read back', async () => {
        const run = createRun({ input });
        const first = start(run);
        home.onNthCall(run, 'push', 1, () => first.kill());
        await first.ended;
        home.platform.setFaultPlan(run, planFaults(['list'], { kind: '500', moment: 'before' }));
        const { exitCode, log } = await start(run).ended;
        expect(exitCode).toBe(1);
        expect(log).toContain('Apify’s storage cannot be reached');
        expect(log).not.toMatch(/\n\s+at /);
        expect(run.readJson('OUTPUT')).toMatchObject({ error: { code: 'platform_unavailable' } });

        home.platform.setFaultPlan(run, () => null);
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([...input.profileUrls.keys()]);
        expect(run.countCharges()).toEqual({ 'profile-found': 8 });
    });
});

describe('a restart of a long run', { timeout: 90_000 }, () => {
    const home = usePlatform();
    const { createRun, start } = home;

    it('reads 5,000 rows back in pages of a thousand, and charges what is not known to be charged', async () => {
        const run = createRun({ input: { profileUrls: people(5000) } });
        const first = start(run);
        // The first start stores a few rows; the others are copies of the first.
        home.onNthCall(run, 'push', 1, () => first.kill());
        let pushes = 0;
        home.platform.setFaultPlan(run, (operation) => {
            if (operation === 'push') pushes += 1;
            return operation === 'push' && pushes > 1 ? { kind: 'hang', moment: 'before' } : null;
        });
        await first.ended;
        home.platform.setFaultPlan(run, () => null);
        const rows = run.dataset.readTruth() as Array<{ input_index: number; meta: object }>;
        const [row] = rows;
        if (!row) throw new Error('the first start left no row');
        // On a busy machine the rows stored are not those of the first lines.
        const answered = new Set(rows.map((stored) => stored.input_index));
        for (let index = 0; index < 5000; index += 1) {
            if (answered.has(index)) continue;
            const meta = { ...row.meta, batch_id: `batch-${Math.floor(index / 25)}` };
            const url = `https://www.linkedin.com/in/example-${index + 1}/`;
            run.dataset.push([{ ...row, input_index: index, canonical_url: url, meta }], 1000);
        }
        let listings = 0;
        let bytesReadBack: number | null = null;
        home.platform.onCall(run, (operation, moment) => {
            // Charging follows reading back; later listings are for the exports.
            if (operation === 'charge') bytesReadBack ??= home.platform.bytesListed;
            if (operation === 'list' && moment === 'before' && bytesReadBack === null) listings += 1;
        });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(listings).toBeLessThanOrEqual(6);
        expect(bytesReadBack).toBeLessThan(5000 * 600);
        expect(run.dataset.readTruth()).toHaveLength(5000);
        expect(run.countCharges()).toEqual({ 'profile-found': 5000 });
    });
});
