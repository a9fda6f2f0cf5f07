import { describe, expect, it } from 'vitest';
import { planFaults, type Operation } from './local/fault-plan.ts';
import { addressOf, answeredLines, people, usePlatform } from './local/use-platform.ts';

const every: Operation[] = [
    'get-run',
    'set-status',
    'charge',
    'reboot',
    'get-storage',
    'push',
    'list',
    'get-record',
    'set-record',
];
const lines = [...Array.from({ length: 20 }).keys()];

describe.concurrent('a run on the platform', { timeout: 90_000 }, () => {
    const home = usePlatform();
    const { createRun, start, readAccount, onNthCall } = home;
    const twentyPeople = { profileUrls: people(20), maxRequestsPerSecond: 20, maxConcurrency: 1 };

    it('writes one row per line and charges one event per profile found', async () => {
        const handles = ['example-1', 'example-2', 'example-1', 'not-found-1'];
        const profileUrls = [...handles.map(addressOf), 'https://example.com/'];
        const run = createRun({ input: { profileUrls, maxRequestsPerSecond: 100 } });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([0, 1, 3, 4]);
        expect(run.countCharges()).toEqual({ 'profile-found': 2 });
        const { output, remainingUrls } = readAccount(run);
        expect(output).toMatchObject({ found: 2, not_found: 1, invalid: 1, duplicates: 1, remaining: 0, charged: 2 });
        expect(remainingUrls).toEqual([]);
        expect(run.statusMessage).toBe(output.message);
        expect(run.isStatusTerminal).toBe(true);
    });

    it('charges rows stored before a kill once, at the next start', async () => {
        const run = createRun({ input: { profileUrls: people(2) } });
        const first = start(run);
        onNthCall(run, 'push', 1, () => first.kill());
        expect((await first.ended).exitCode).toBeNull();
        expect(run.dataset.readTruth().length).toBeGreaterThan(0);
        expect(run.charges.size).toBe(0);

        home.platform.setFaultPlan(run, planFaults(['charge'], { kind: 'reset', moment: 'after' }, 1));
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([0, 1]);
        expect(run.countCharges()).toEqual({ 'profile-found': 2 });
        expect(readAccount(run).output).toMatchObject({ found: 2, charged: 2 });
    });

    it('stops and reboots on a migration, and continues in the new container', async () => {
        const run = createRun({ input: twentyPeople });
        // The first reboot call fails and must be repeated.
        home.platform.setFaultPlan(run, planFaults(['reboot'], { kind: '503', moment: 'before' }, 1));
        const first = start(run, { PLATFORM_TIMEOUT_MS: '1000' });
        home.platform.onReboot(run, () => first.kill());
        onNthCall(run, 'push', 3, () => run.sendEvent('migrating'));
        expect((await first.ended).exitCode).toBeNull();
        const { output, remainingUrls } = readAccount(run);
        expect(run.reboots).toBe(1);
        expect(output.ending).toBe('migrating');
        expect(run.isStatusTerminal).toBe(false);
        expect(remainingUrls).toHaveLength(20 - answeredLines(run).length);

        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
    });

    it('waits to be killed on a migration when it may not reboot', async () => {
        const run = createRun({ input: twentyPeople });
        const first = start(run);
        onNthCall(run, 'push', 3, () => run.sendEvent('migrating'));
        const forbidden = planFaults(['reboot'], { kind: '403', moment: 'before' });
        home.platform.setFaultPlan(run, (operation) => {
            // The platform kills a migrated container with or without a reboot.
            if (operation === 'reboot') setTimeout(() => first.kill(), 2000);
            return forbidden(operation);
        });
        expect((await first.ended).exitCode).toBeNull();
        expect(run.isStatusTerminal).toBe(false);
        expect(readAccount(run).output.ending).toBe('migrating');

        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
    });

    it('works in a dataset with another Actor’s rows', async () => {
        const profileUrls = people(3);
        const run = createRun({ input: { unused: true } });
        const key = 'INPUT-METAMORPH-1';
        run.records.set(key, {
            value: Buffer.from(JSON.stringify({ profileUrls, maxRequestsPerSecond: 50 })),
            contentType: 'application/json',
        });
        run.dataset.push([{ title: 'A page', price: 1 }, { status: 'success' }, { input_index: 0, meta: null }], 100);
        const env = { ACTOR_INPUT_KEY: key, APIFY_INPUT_KEY: key };
        expect((await start(run, env).ended).exitCode).toBe(0);
        expect(run.countCharges()).toEqual({ 'profile-found': 3 });
        expect(run.dataset.readTruth()).toHaveLength(6);
        expect([...run.records.keys()]).toEqual(expect.arrayContaining(['profiles.csv', 'REPORT.html']));
        const written = run.records.get('profiles.jsonl')?.value.toString().trimEnd().split('\n') ?? [];
        expect(written.map((line) => (JSON.parse(line) as { status: string }).status)).toEqual(
            profileUrls.map(() => 'success'),
        );
    });

    it('lists the rest when aborted, and continues when resurrected', async () => {
        const run = createRun({ input: twentyPeople });
        const first = start(run);
        onNthCall(run, 'push', 3, () => run.sendEvent('aborting'));
        expect((await first.ended).exitCode).toBe(0);
        const { output, remainingUrls } = readAccount(run);
        const answered = answeredLines(run);
        expect(output).toMatchObject({ ending: 'aborted', found: answered.length, charged: answered.length });
        expect(remainingUrls).toEqual(people(20).slice(answered.length));
        expect(run.statusMessage).toContain('The run was aborted.');
        expect(run.countCharges()).toEqual({ 'profile-found': answered.length });

        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
    });

    it('ends with correct totals before its timeout, even when a charge hangs', async () => {
        const run = createRun({
            input: { profileUrls: people(120), maxRequestsPerSecond: 5, maxConcurrency: 1 },
            timeoutMs: 30_000,
        });
        home.platform.setFaultPlan(run, planFaults(['charge'], { kind: 'hang', moment: 'before' }));
        const first = start(run, { PLATFORM_TIMEOUT_MS: '30000', LEDGER_PATIENCE_MS: '60000' });
        const { exitCode } = await first.ended;
        const { output, remainingUrls } = readAccount(run);
        const answered = answeredLines(run).length;
        expect(exitCode).toBe(1);
        expect(output).toMatchObject({ ending: 'timeout', found: answered, charged: 0, remaining: 120 - answered });
        // By the run's own clock, which decides when it stops.
        expect(output.seconds).toBeLessThan(30);
        expect(output.message).toMatch(new RegExp(`\\b${answered} found profiles? could not be charged yet`));
        expect(remainingUrls).toHaveLength(120 - answered);

        home.platform.setFaultPlan(run, () => null);
        run.timeoutAt = null;
        const second = start(run);
        onNthCall(run, 'charge', 3, () => run.sendEvent('aborting'));
        await second.ended;
        expect(run.countCharges()).toEqual({ 'profile-found': answeredLines(run).length });
    });

    it('continues without the platform’s events', async () => {
        const run = createRun({ input: twentyPeople });
        onNthCall(run, 'push', 2, () => {
            for (const socket of run.sockets) socket.terminate();
        });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
    });

    it('survives an outage of the whole platform', async () => {
        const run = createRun({ input: twentyPeople });
        let downUntil = 0;
        onNthCall(run, 'push', 2, () => {
            downUntil = Date.now() + 2000;
        });
        const down = planFaults(every, { kind: '503', moment: 'before' });
        home.platform.setFaultPlan(run, (operation) => (Date.now() < downUntil ? down(operation) : null));
        // Retry delays are random and doubling: the next retry may come over two seconds after the outage.
        expect((await start(run, { LEDGER_PATIENCE_MS: '20000' }).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
    });

    it('changes nothing when resurrected after completion', async () => {
        const run = createRun({ input: twentyPeople });
        expect((await start(run).ended).exitCode).toBe(0);
        const before = readAccount(run);
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual(lines);
        expect(run.countCharges()).toEqual({ 'profile-found': 20 });
        expect(readAccount(run).output.message).toBe(before.output.message);
    });

    it('fails when every profile is refused, charges nothing and lists the rest', async () => {
        const walls = Array.from({ length: 30 }, (_, index) => addressOf(`wall-${index + 1}`));
        const run = createRun({
            input: { profileUrls: walls, maxRequestsPerSecond: 100, maxAttempts: 1, maxConcurrency: 2 },
        });
        expect((await start(run).ended).exitCode).toBe(1);
        const { output, remainingUrls } = readAccount(run);
        expect(output).toMatchObject({ ending: 'refused', found: 0, charged: 0 });
        expect(remainingUrls.length).toBe(30 - answeredLines(run).length);
        expect(run.statusMessage).toContain('refused every request');
        expect(run.charges.size).toBe(0);
    });
});
