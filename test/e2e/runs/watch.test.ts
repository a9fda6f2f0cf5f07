import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row } from '../../../src/actor/ledger/row.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { parseCsv } from '../../helpers/parse-csv.ts';
import { urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor, type ActorRunResult } from '../../helpers/runs/run-actor.ts';

/** Current headline per person; those without one do not exist. */
let headlines: Record<string, string>;
let asked: string[];
let server: Server;
let origin: string;
let storage: string;

beforeAll(async () => {
    server = createServer((request, response) => {
        const handle = /^\/in\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '';
        const headline = headlines[handle];
        asked.push(handle);
        if (headline === undefined) return response.writeHead(404).end();
        const number = handle.length;
        const page = renderPage({ ...generatePerson(handle, { kind: 'example', number }), headline });
        response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(async () => {
    asked = [];
    headlines = { ada: 'Engineer', bob: 'Cook', eve: 'Pilot' };
    storage = await mkdtemp(join(tmpdir(), 'watch-'));
    return () => rm(storage, { recursive: true, force: true });
});

const urls = ['ada', 'bob', 'eve', 'ada', 'gone'].map((handle) => `https://www.linkedin.com/in/${handle}/`);
const watchRun = (input: object = {}, options: Partial<Parameters<typeof runActor>[1]> = {}): Promise<ActorRunResult> =>
    runActor(
        { profileUrls: urls, maxRequestsPerSecond: 50, watch: 'Customers', ...input },
        { storage, ...options, env: { PUBLIC_PAGE_ORIGIN: origin, ...options.env } },
    );
const changesOf = (rows: Row[]) =>
    Object.fromEntries(
        rows.filter((row) => row.status === 'success').map((row) => [row.canonical_url.split('/').at(-2), row.changes]),
    );

async function readWatchStore(): Promise<string> {
    const stores = join(storage, 'key_value_stores');
    const name = (await readdir(stores)).find((store) => store.startsWith('watch-customers-')) ?? '';
    const files = await readdir(join(stores, name));
    return (await Promise.all(files.map((file) => readFile(join(stores, name, file), 'utf8')))).join('\n');
}

describe('two runs under one watch', { timeout: 90_000 }, () => {
    it('report in the second what changed for each person', async () => {
        const first = await watchRun();
        expect(changesOf(first.rows)).toEqual({ ada: [], bob: [], eve: [] });
        expect(first.output).toMatchObject({ found: 3, changed: 0, unchanged: 0, charged: 3 });
        // There is no last run to speak of.
        expect(first.output.message).not.toContain('since the last run');
        headlines['bob'] = 'Chef';
        const second = await watchRun();
        expect(changesOf(second.rows)).toEqual({
            ada: [],
            bob: [{ field: 'headline', from: 'Cook', to: 'Chef', meaning: null }],
            eve: [],
        });
        expect(second.output).toMatchObject({ found: 3, changed: 1, unchanged: 0, charged: 3 });
        expect(second.output.message).toContain('1 of the people found has changed');
    });

    it('write and charge only new and changed people with `onlyChanged`, and the totals add up', async () => {
        await watchRun({ profileUrls: urls.slice(0, 2) });
        headlines['bob'] = 'Chef';
        const { rows, output, charges } = await watchRun({ onlyChanged: true });
        expect(changesOf(rows)).toEqual({
            bob: [{ field: 'headline', from: 'Cook', to: 'Chef', meaning: null }],
            eve: [],
        });
        expect(output).toMatchObject({
            lines: 5,
            found: 2,
            unchanged: 1,
            not_found: 1,
            duplicates: 1,
            remaining: 0,
            changed: 1,
            charged: 2,
        });
        expect(charges.reduce((sum, { count }) => sum + count, 0)).toBe(2);
        expect(rows.filter((row) => row.status === 'not_found')).toHaveLength(1);
    });

    it('have one row for a person who is gone, in the first run without them', async () => {
        const changeOf = ({ rows }: ActorRunResult) =>
            Object.fromEntries(rows.map((row) => [row.url.split('/').at(-2), [row.status, row.change]]));
        expect(changeOf(await watchRun())).toEqual({
            ada: ['success', 'new'],
            bob: ['success', 'new'],
            eve: ['success', 'new'],
            gone: ['not_found', undefined],
        });
        delete headlines['eve'];
        headlines['bob'] = 'Chef';
        expect(changeOf(await watchRun())).toEqual({
            ada: ['success', 'same'],
            bob: ['success', 'changed'],
            eve: ['not_found', 'gone'],
            gone: ['not_found', undefined],
        });
        const third = await watchRun();
        expect(Object.keys(changeOf(third)).toSorted()).toEqual(['ada', 'bob', 'gone']);
        // People without a row are still counted.
        expect(third.output).toMatchObject({ lines: 5, found: 2, not_found: 2, duplicates: 1, remaining: 0 });
        const csv = await readFile(join(storage, 'key_value_stores', 'default', 'profiles.csv'), 'utf8');
        const [header = [], ...lines] = parseCsv(csv.slice(1));
        const eve = lines.find((line) => line[0] === '3') ?? [];
        expect(['status', 'change'].map((name) => eve[header.indexOf(name)])).toEqual(['not_found', 'gone']);
        headlines['eve'] = 'Pilot';
        expect(changeOf(await watchRun())['eve']).toEqual(['success', 'new']);
    });

    it('show sandbox people with another position in every run', async () => {
        const sandbox = { mode: 'test', profileUrls: ['changed-1', 'example-1'].map(urlOf) };
        await watchRun(sandbox);
        const { rows } = await watchRun(sandbox);
        const changed = rows.find((row) => row.url.includes('changed-1'));
        expect(changed?.changes).toMatchObject([
            { field: 'title', meaning: 'new_position' },
            { field: 'headline', meaning: null },
        ]);
        expect(rows.find((row) => row.url.includes('example-1'))?.change).toBe('same');
    });

    it('keep no address, no name, and nothing about suppressed people', async () => {
        await watchRun();
        const before = await readWatchStore();
        expect(before).toContain('Engineer');
        expect(before).not.toMatch(/linkedin|ada|bob|eve\b/i);
        await watchRun({ suppressedUrls: ['linkedin.com/in/ada'] });
        const after = await readWatchStore();
        expect(after).not.toContain('Engineer');
        expect(after).toContain('Pilot');
    });

    it('resume after a kill with the same baseline, without fetching unchanged people again', async () => {
        const handles = Array.from({ length: 40 }, (_, n) => `person-${n}`);
        headlines = Object.fromEntries(handles.map((handle) => [handle, 'Engineer']));
        const input = {
            profileUrls: handles.map((handle) => `https://www.linkedin.com/in/${handle}/`),
            onlyChanged: true,
        };
        await watchRun(input);
        for (const handle of handles.filter((_, place) => place % 4 === 0)) headlines[handle] = 'Director';
        asked = [];
        const slow = { ...input, maxRequestsPerSecond: 5 };
        // The first start of this run purges the previous one; its restart does not.
        let stop: (signal: NodeJS.Signals) => void = () => {};
        const running = watchRun(slow, { onSpawn: (kill) => (stop = kill) });
        // Only the interrupted run records unchanged people.
        const unchanged = join(storage, 'key_value_stores', 'default', 'WATCH_UNCHANGED.json');
        await vi.waitFor(() => access(unchanged), { timeout: 30_000, interval: 20 });
        stop('SIGINT');
        const interrupted = await running;
        expect(interrupted.output.unchanged).toBeGreaterThan(0);
        expect(interrupted.output.remaining).toBeGreaterThan(0);
        const restart = { CRAWLEE_PURGE_ON_START: '0', APIFY_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };
        const { rows, output } = await watchRun(input, { env: restart });
        expect(output).toMatchObject({ found: 10, unchanged: 30, changed: 10, remaining: 0, charged: 10 });
        expect(rows).toHaveLength(10);
        expect(new Set(asked).size).toBe(40);
        expect(asked.length).toBeLessThanOrEqual(45);
    });
});

describe('an input error', () => {
    it.each([
        [{ watch: 'x'.repeat(101) }, 'The input field `watch` takes a name of 1 to 100 characters'],
        [{ watch: '  ', onlyChanged: true }, '`onlyChanged` needs a name in `watch`'],
        [{ watch: undefined, onlyChanged: true }, '`onlyChanged` needs a name in `watch`'],
    ])('%j is reported in one sentence, and nothing is fetched', async (input, message) => {
        const result = await watchRun(input);
        expect(result.exitCode).toBe(1);
        expect(result.log).toContain(message);
        expect(asked).toEqual([]);
    });
});
