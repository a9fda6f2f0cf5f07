import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneCentPricing, people } from '../platform/local/use-platform.ts';
import { playChaos } from './chaos.ts';
import type { PlayReport } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';

const wrongLedger = 'dist/wrong-ledger.js';

/** A list that the wrong ledger understands: everybody on it is found. */
const onlyFound = (scenario: Scenario): Scenario => ({
    ...scenario,
    input: {
        profileUrls: people(12),
        duplicates: 'merge',
        maxRequestsPerSecond: 30,
        maxConcurrency: 1,
        timeoutSecs: 300,
    },
    lines: people(12).map((person) => ({ status: 'success', person })),
    pricingInfo: oneCentPricing,
    maxTotalChargeUsd: null,
    affordable: Number.POSITIVE_INFINITY,
    isCharged: true,
    hasCompanies: false,
});

const calm = (scenario: Scenario): Scenario => ({
    ...onlyFound(scenario),
    disasters: [],
    faults: { probability: 0, count: 0 },
    outage: null,
});

/** Killed right after a row was stored, or right after it was charged. */
const rough = (scenario: Scenario): Scenario => ({
    ...calm(scenario),
    disasters: [{ kind: 'kill', trigger: { operation: scenario.seed % 2 === 0 ? 'push' : 'charge', call: 4 } }],
});

const play = (options: { runs: number; seed: number; script?: string; adapt?: (scenario: Scenario) => Scenario }) =>
    playChaos({ parallel: 3, ...options });
const problemsOf = (reports: PlayReport[]) =>
    reports.flatMap(({ scenario, problems }) => problems.map((problem) => `seed ${scenario.seed}: ${problem}`));

describe('the ledger’s law, under chaos', { timeout: 240_000 }, () => {
    beforeAll(() => {
        buildSync({
            entryPoints: ['test/chaos/wrong-ledger.ts'],
            outfile: wrongLedger,
            bundle: true,
            packages: 'external',
            platform: 'node',
            format: 'esm',
        });
    });

    it('holds for the Actor: one row per line, one charge per success, correct totals', async () => {
        expect(problemsOf(await play({ runs: 6, seed: 479_089 }))).toEqual([]);
    });

    it('holds for the Actor where the wrong ledger below breaks it', async () => {
        expect(problemsOf(await play({ runs: 2, seed: 1, adapt: rough }))).toEqual([]);
    });

    it('holds for the wrong ledger without faults, so that the check is fair', async () => {
        expect(problemsOf(await play({ runs: 1, seed: 1, adapt: calm, script: wrongLedger }))).toEqual([]);
    });

    it('is broken by a ledger that charges with `Actor.pushData(item, event)`, so that the check can fail', async () => {
        const reports = await play({ runs: 2, seed: 1, adapt: rough, script: wrongLedger });
        for (const { problems } of reports) expect(problems).not.toEqual([]);
        expect(reports.some(({ figures }) => figures.duplicates > 0)).toBe(true);
        expect(reports.some(({ figures }) => figures.chargesMade !== figures.chargesExpected)).toBe(true);
    });
});
