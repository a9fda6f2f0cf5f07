import { describe, expect, it } from 'vitest';
import { buildEstimate } from '../../../src/actor/output/estimate.ts';
import { worklistOf } from '../../helpers/runs/worklist-of.ts';

const worklist = (count: number) => worklistOf(Array.from({ length: count }, (_, place) => `person-${place}`));
const price = { pricePerFoundUsd: 0.01, maxTotalChargeUsd: Number.POSITIVE_INFINITY };
const at = (maxRequestsPerSecond: number, suppressed: string[] = []) => ({
    maxRequestsPerSecond,
    suppressed: new Set(suppressed.map((handle) => `https://www.linkedin.com/in/${handle}/`)),
    sources: { names: ['public-page' as const], maxLookups: null },
    mode: 'live' as const,
    includeCompanyDetails: false,
});
type Resolved = Parameters<typeof buildEstimate>[0];
/** The estimate of a list at a price, with the settings of `at`. */
const estimateList = (
    list: Resolved['worklist'],
    pricing: Parameters<typeof buildEstimate>[1],
    { suppressed, sources, ...input }: Omit<Resolved, 'worklist'> & Parameters<typeof buildEstimate>[2],
) => buildEstimate({ worklist: list, suppressed, sources }, pricing, input);

describe('an estimate', () => {
    it('counts lines, cost and time', () => {
        const list = worklistOf(['ada', 'bob', 'Ada', 'x y']);
        expect(estimateList(list, price, at(1)).estimate).toEqual({
            valid: 2,
            duplicates: 1,
            invalid: 1,
            max_cost_usd: 0.02,
            seconds: 2,
        });
    });

    it.each([
        [4, 250],
        [1.9, 1000],
        [0.5, 2000],
    ])('at %d requests per second uses the effective rate', (rate, seconds) => {
        expect(estimateList(worklist(1000), price, at(rate)).estimate.seconds).toBe(seconds);
    });

    it('states the possible number of provider lookups', () => {
        const names = ['public-page', 'ai-ark', 'enrich-layer'] as const;
        const all = { ...at(4), sources: { names, maxLookups: null } };
        expect(estimateList(worklist(800), price, all).message).toContain(
            'up to 1,600 lookups at AI Ark and Enrich Layer',
        );
        const some = { ...at(4), sources: { names, maxLookups: 50 } };
        expect(estimateList(worklist(800), price, some).message).toContain('up to 50 lookups');
        expect(estimateList(worklist(3), price, at(4)).message).not.toContain('lookup');
    });

    it('names the event where the price is unknown, and never claims zero cost', () => {
        const { estimate, message } = estimateList(worklist(3), { ...price, pricePerFoundUsd: null }, at(4));
        expect(estimate.max_cost_usd).toBeNull();
        expect(message).toContain('; up to 3 × profile-found; the price is on the Actor’s page, about 1 s.');
    });

    it('costs 0 in test mode at any price', () => {
        for (const pricePerFoundUsd of [null, 0.01]) {
            const { estimate, message } = estimateList(
                worklist(3),
                { ...price, pricePerFoundUsd },
                { ...at(4), mode: 'test' },
            );
            expect(estimate.max_cost_usd).toBe(0);
            expect(message).toContain('; $0 in test mode, about 1 s.');
        }
    });

    it('counts at most one company page per profile, in number and time', () => {
        const wanted = { ...at(4), includeCompanyDetails: true };
        const { estimate, message } = estimateList(worklist(1000), price, wanted);
        expect(estimate).toMatchObject({ companies: 1000, seconds: 500, max_cost_usd: 10 });
        expect(message).toContain('about 250 s, and up to 500 s with 1,000 company pages.');
        expect(estimateList(worklist(1000), price, { ...wanted, maxProfiles: 10 }).estimate).toMatchObject({
            companies: 10,
            seconds: 253,
        });
        const provider = { ...wanted, sources: { names: ['ai-ark' as const], maxLookups: null } };
        expect(estimateList(worklist(1000), price, provider).estimate).toMatchObject({ companies: 0, seconds: 250 });
    });

    it('excludes people on the suppression list', () => {
        const { estimate, message } = estimateList(worklist(3), price, at(4, ['person-1']));
        expect(estimate).toMatchObject({ valid: 2, max_cost_usd: 0.02 });
        expect(message).toContain('profiles 2, duplicates 0, invalid lines 0, on the suppression list 1;');
    });

    it('costs at most `maxProfiles` profiles', () => {
        const settings = { ...at(4), maxProfiles: 2 };
        expect(estimateList(worklist(3), price, settings).estimate).toMatchObject({ valid: 3, max_cost_usd: 0.02 });
    });

    it('says when the run’s spending limit is lower', () => {
        const { message } = estimateList(worklist(3), { ...price, maxTotalChargeUsd: 0.02 }, at(4));
        expect(message).toContain("The run's spending limit of $0.02 is lower: it would stop there.");
    });
});
