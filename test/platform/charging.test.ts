import { describe, expect, it } from 'vitest';
import { addressOf, answeredLines, buildPricing, people, usePlatform } from './local/use-platform.ts';

const found = { 'profile-found': { eventTitle: 'Profile found', eventPriceUsd: 0.01 } };
const rows = { 'apify-default-dataset-item': { eventTitle: 'Row', eventPriceUsd: 0.002 } };
const tiered = {
    'profile-found': {
        eventTitle: 'Profile found',
        eventTieredPricingUsd: { FREE: { tieredEventPriceUsd: 0.01 }, GOLD: { tieredEventPriceUsd: 0.005 } },
    },
};

describe.concurrent('the charges of a run', { timeout: 90_000 }, () => {
    const { createRun, start, readAccount, onNthCall } = usePlatform();
    const input = { profileUrls: [...people(6), addressOf('not-found-1')], maxRequestsPerSecond: 100 };

    it.each([
        ['a fixed price', buildPricing(found), 0.035],
        ['tiered prices, the highest of them', buildPricing(tiered), 0.039],
        ['a price for every row beside it', buildPricing({ ...found, ...rows }), 0.047],
    ])('stop at the last profile within the limit: %s', async (_, pricingInfo, maxTotalChargeUsd) => {
        const run = createRun({ input, pricingInfo, maxTotalChargeUsd });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.countCharges()['profile-found']).toBe(3);
        const { output, remainingUrls } = readAccount(run);
        expect(output).toMatchObject({ ending: 'budget', found: 3, charged: 3 });
        expect(remainingUrls).toHaveLength(7 - answeredLines(run).length);
        expect(run.statusMessage).toContain('spending limit');
    });

    it('stay within the limit after a kill and a restart', async () => {
        const run = createRun({ input: { ...input, maxConcurrency: 1 }, maxTotalChargeUsd: 0.03 });
        const first = start(run);
        onNthCall(run, 'push', 2, () => first.kill());
        await first.ended;
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.countCharges()).toEqual({ 'profile-found': 3 });
        expect(readAccount(run).output).toMatchObject({ ending: 'budget', found: 3, charged: 3 });
    });

    it('continue when the limit is raised', async () => {
        const run = createRun({ input, maxTotalChargeUsd: 0.02 });
        await start(run).ended;
        run.maxTotalChargeUsd = 1;
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toEqual([...input.profileUrls.keys()]);
        expect(run.countCharges()).toEqual({ 'profile-found': 6 });
    });

    it.each([
        ['another pricing than pay per event', { pricingModel: 'FREE' as const }],
        ['no pricing at all', null],
    ])('are zero and unlimited with %s', async (_, pricingInfo) => {
        const run = createRun({ input, pricingInfo, maxTotalChargeUsd: 0.01 });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(answeredLines(run)).toHaveLength(7);
        expect(run.charges.size).toBe(0);
        expect(readAccount(run).output).toMatchObject({ found: 6, charged: 0, charging: 'none' });
    });

    it('are zero, with a warning, when the pricing has no event for a profile', async () => {
        const run = createRun({
            input,
            pricingInfo: buildPricing({ other: { eventTitle: 'Other', eventPriceUsd: 1 } }),
        });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.charges.size).toBe(0);
        expect(readAccount(run).output['warnings']).toEqual([expect.stringContaining('`profile-found`')]);
    });

    it('leave free rows out of a dataset whose rows cost money', async () => {
        const handles = ['example-1', 'not-found-1', 'moved-1', 'example-900001', 'example-1'];
        const profileUrls = [...handles.map(addressOf), 'no profile'];
        const run = createRun({
            input: { profileUrls, duplicates: 'repeat', maxConcurrency: 1 },
            pricingInfo: buildPricing({ ...found, ...rows }),
        });
        const { exitCode, log } = await start(run).ended;
        expect(exitCode).toBe(0);
        expect(log).toContain('`apify-default-dataset-item` has a price');
        expect(answeredLines(run)).toEqual([0, 1, 2, 3, 4, 5]);
        expect(run.countCharges()).toEqual({ 'profile-found': 2, 'apify-default-dataset-item': 2 });
        expect(run.misses.readTruth()).toHaveLength(4);
    });

    it('are zero for sandbox profiles in test mode', async () => {
        const run = createRun({ input: { ...input, mode: 'test' } });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.charges.size).toBe(0);
    });

    it('are zero in test mode where rows have a price, with a note where the rows are', async () => {
        const testInput = { ...input, mode: 'test', maxConcurrency: 1 };
        const run = createRun({ input: testInput, pricingInfo: buildPricing({ ...found, ...rows }) });
        const first = start(run);
        onNthCall(run, 'push', 2, () => first.kill());
        await first.ended;
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.countCharges()).toEqual({ 'profile-found': 0, 'apify-default-dataset-item': 0 });
        expect(answeredLines(run)).toEqual([...input.profileUrls.keys()]);
        const { output } = readAccount(run);
        expect(output).toMatchObject({ found: 6, not_found: 1, charged: 0 });
        expect(output['warnings']).toEqual([expect.stringContaining('in the dataset `misses`')]);
    });

    it.each([
        ['in its environment', {}],
        ['in the run’s description alone', { ACTOR_MAX_TOTAL_CHARGE_USD: '' }],
    ])('are zero, with nothing fetched, with a limit of zero %s', async (_, env) => {
        const run = createRun({ input, maxTotalChargeUsd: 0 });
        expect((await start(run, env).ended).exitCode).toBe(0);
        expect(run.charges.size).toBe(0);
        expect(run.dataset.readTruth()).toEqual([]);
        const { output, remainingUrls } = readAccount(run);
        expect(output).toMatchObject({ ending: 'budget', found: 0, remaining: 7 });
        expect(remainingUrls).toEqual(input.profileUrls);
    });

    it.each([
        ['rows', buildPricing({ 'apify-default-dataset-item': { eventTitle: 'Row', eventPriceUsd: 0.01 } })],
        ['dataset items', { pricingModel: 'PRICE_PER_DATASET_ITEM' as const, pricePerUnitUsd: 0.01 }],
    ])('stay within the limit over a kill where only %s have a price', async (_, pricingInfo) => {
        const profileUrls = [addressOf('not-found-1'), addressOf('error-1'), ...people(10)];
        const slow = { profileUrls, maxRequestsPerSecond: 100, maxConcurrency: 1, maxAttempts: 1 };
        const run = createRun({ input: slow, pricingInfo, maxTotalChargeUsd: 0.05 });
        const first = start(run);
        onNthCall(run, 'push', 4, () => first.kill());
        await first.ended;
        expect((await start(run).ended).exitCode).toBe(0);
        expect(run.dataset.readTruth()).toHaveLength(5);
        expect(run.misses.readTruth()).toHaveLength(2);
        expect(readAccount(run).output).toMatchObject({ ending: 'budget', found: 5, charged: 5, charging: 'rows' });
        expect(run.charges.size).toBe(0);
    });

    it('never exceed `maxProfiles`, over kills and resurrections', async () => {
        const run = createRun({ input: { ...input, maxConcurrency: 1, maxItems: 4 } });
        const first = start(run);
        onNthCall(run, 'push', 2, () => first.kill());
        await first.ended;
        for (let starts = 0; starts < 2; starts += 1) {
            expect((await start(run).ended).exitCode).toBe(0);
            expect(run.countCharges()).toEqual({ 'profile-found': 4 });
            expect(readAccount(run).output).toMatchObject({ ending: 'max_profiles', found: 4, remaining: 3 });
            expect(readAccount(run).remainingUrls).toHaveLength(3);
        }
    });
});
