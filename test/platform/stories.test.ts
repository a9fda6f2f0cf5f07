import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandboxSite, type SandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { ActorProcess } from './actor-process.ts';
import { planFaults } from './fault-plan.ts';
import { LocalPlatform } from './local-platform.ts';

const payPerEvent = {
    pricingModel: 'PAY_PER_EVENT' as const,
    pricingPerEvent: { actorChargeEvents: { 'profile-found': { eventTitle: 'Profile found', eventPriceUsd: 0.01 } } },
};

let site: SandboxSite;
let platform: LocalPlatform;
beforeAll(async () => {
    site = await startSandboxSite();
    platform = await new LocalPlatform().start();
});
afterAll(async () => {
    await platform.close();
    await site.close();
});

const quickLedger = { LEDGER_SETTLE_MS: '200', LEDGER_PATIENCE_MS: '5000' };

describe('a run at home on the platform', () => {
    it('writes one row a line and charges one event a profile found', async () => {
        const input = {
            profileUrls: ['example-1', 'example-2', 'example-1', 'not-found-1', 'https://example.com/'],
            maxRequestsPerSecond: 100,
        };
        const run = platform.createRun({ input, pricingInfo: payPerEvent });
        const { exitCode } = await new ActorProcess({ platform, run, pageOrigin: site.origin }).ended;
        expect(exitCode).toBe(0);
        expect(run.dataset.readTruth()).toHaveLength(4);
        expect(run.countCharges()).toEqual({ 'profile-found': 2 });
        expect(run.readJson('OUTPUT')).toMatchObject({ found: 2, not_found: 1, invalid: 1, duplicates: 1, charged: 2 });
        expect(run.readJson('REMAINING_URLS')).toEqual([]);
        expect(run.statusMessage).toContain('5 of 5 lines done');
        expect(run.isStatusTerminal).toBe(true);
    });

    it('charges what it stored and was killed before charging, once, when it starts again', async () => {
        const run = platform.createRun({
            input: { profileUrls: ['example-1', 'example-2'] },
            pricingInfo: payPerEvent,
        });
        const first = new ActorProcess({ platform, run, pageOrigin: site.origin });
        platform.onCall(run, (operation, moment) => {
            if (operation === 'push' && moment === 'after') first.kill();
        });
        expect((await first.ended).exitCode).toBeNull();
        expect(run.charges.size).toBe(0);

        platform.onCall(run, () => {});
        platform.setFaultPlan(run, planFaults(['charge'], { kind: 'reset', moment: 'after' }, 1));
        const stored = run.dataset.readTruth().length;
        expect(stored).toBeGreaterThan(0);
        const second = new ActorProcess({ platform, run, pageOrigin: site.origin, env: quickLedger });
        expect((await second.ended).exitCode).toBe(0);
        expect(run.dataset.readTruth()).toHaveLength(2);
        expect(run.countCharges()).toEqual({ 'profile-found': 2 });
        expect(run.readJson('OUTPUT')).toMatchObject({ found: 2, charged: 2 });
    });
});
