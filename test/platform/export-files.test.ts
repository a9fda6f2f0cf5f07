import { describe, expect, it } from 'vitest';
import { parseCsv } from '../helpers/parse-csv.ts';
import { people, usePlatform } from './local/use-platform.ts';

describe.concurrent('the exports of a run on the platform', { timeout: 90_000 }, () => {
    const { createRun, start } = usePlatform();
    const read = (run: ReturnType<typeof createRun>, key: string) => run.records.get(key)?.value.toString() ?? '';

    it('hold every row in list order, with content types that browsers and spreadsheets know', async () => {
        const run = createRun({ input: { profileUrls: [...people(30), 'x y'], maxRequestsPerSecond: 100 } });
        expect((await start(run, { APIFY_META_ORIGIN: 'WEB' }).ended).exitCode).toBe(0);
        expect(parseCsv(read(run, 'profiles.csv').slice(1))).toHaveLength(32);
        expect(
            read(run, 'profiles.jsonl')
                .trimEnd()
                .split('\n')
                .map((line) => JSON.parse(line) as object),
        ).toEqual(
            run.dataset.readTruth().toSorted((one, other) => Number(one['input_index']) - Number(other['input_index'])),
        );
        expect(read(run, 'REPORT.html')).toContain('main parts on average');
        const types = ['profiles.csv', 'profiles.jsonl', 'REPORT.html'].map((key) => run.records.get(key)?.contentType);
        expect(types).toEqual([
            'text/csv; charset=utf-8',
            'application/jsonl; charset=utf-8',
            'text/html; charset=utf-8',
        ]);
    });

    it('are neither written nor listed when the run has no time left', async () => {
        const run = createRun({ input: { profileUrls: people(2) }, timeoutMs: 3000 });
        const { exitCode, log } = await start(run, { APIFY_META_ORIGIN: 'WEB' }).ended;
        expect(exitCode).toBe(0);
        expect(log).toContain('The export files were not written (no time left)');
        expect(log).toContain('The rows are in the run’s dataset, the totals in OUTPUT.');
        expect(run.records.has('profiles.csv')).toBe(false);
    });

    it.each(['API', 'ACTOR', 'MCP', 'APIFY_AI'])(
        'are not written for a single profile requested by %s',
        async (origin) => {
            const run = createRun({ input: { profileUrls: people(1) } });
            const { exitCode, log } = await start(run, { APIFY_META_ORIGIN: origin }).ended;
            expect(exitCode).toBe(0);
            expect(log).toContain('The rows are in the run’s dataset, the totals in OUTPUT.');
            expect([...run.records.keys()].filter((key) => key.includes('.'))).toEqual([]);
        },
    );
});
