import { describe, expect, it } from 'vitest';
import { parseInput } from '../../../src/actor/input/input.ts';
import { sampleLines, resolveInput } from '../../../src/actor/input/load-input.ts';
import type { Platform } from '../../../src/actor/platform/platform.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { setUpRun } from '../../helpers/runs/set-up-run.ts';

async function resolve(raw: object) {
    const parsing = parseInput(raw);
    if (!parsing.ok) throw new Error(parsing.message);
    const { signal } = new AbortController();
    const context = {
        sourceDefaults: { sources: ['public-page'] as const, keys: {} },
        isSandboxHandle: () => true,
        earlierLines: null,
        signal,
        clock: new FakeClock(),
    };
    return resolveInput(parsing.input, { isAtHome: true, hasApifyProxy: false } as Platform, context);
}

describe('samples left in the input', () => {
    it('are not fetched in live mode: each gets an error row, beside the requested profiles', async () => {
        const { worklist, warnings } = await resolve({ profileUrls: [...sampleLines], urls: ['linkedin.com/in/ada'] });
        expect(warnings).toEqual(['9 lines are samples of the input form, not fetched in live mode.']);
        const { work, source, dataset, charging } = setUpRun({ worklist });
        const { totals, remainingUrls } = await work();
        expect(source.asked.map(({ handle }) => handle)).toEqual(['ada']);
        expect(charging.total).toBe(1);
        expect(totals).toMatchObject({ lines: 10, found: 1, invalid: 9, remaining: 0 });
        expect(remainingUrls).toEqual([]);
        expect(dataset.items.filter((row) => row.status === 'error')).toMatchObject(
            sampleLines.map((url) => ({
                url,
                code: 'validation_failed',
                message: expect.stringMatching(/^This is a sample of the input form/),
            })),
        );
    });

    it('do not affect a requested profile with another spelling of the same address', async () => {
        const { worklist } = await resolve({ profileUrls: ['linkedin.com/in/example-1', ` ${sampleLines[0]} `] });
        expect(worklist.items.map(({ url, duplicates }) => [url, duplicates])).toEqual([
            ['linkedin.com/in/example-1', []],
        ]);
        expect(worklist.invalid).toHaveLength(1);
    });

    it('are fetched in test mode', async () => {
        const { worklist, warnings } = await resolve({ mode: 'test', profileUrls: [...sampleLines] });
        expect(worklist.items).toHaveLength(9);
        expect(warnings).toEqual([]);
    });
});
