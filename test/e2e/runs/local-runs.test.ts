import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { execFile, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { parseCsv } from '../../helpers/parse-csv.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';

/** The second profile takes three seconds: time to act on a run that has stored its first row. */
const profileUrls = Array.from({ length: 12 }, (_, n) => urlOf(n === 1 ? 'slow-1' : `example-${n}`));
/** In sequence, so that each row is stored before the next profile is requested. */
const input = { ...quickInput, profileUrls, maxConcurrency: 1, timeoutSecs: 60 };
const short = { ...input, profileUrls: [urlOf('example-1'), urlOf('example-2')] };
const resumed = { APIFY_PURGE_ON_START: '0', CRAWLEE_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };

let folder: string;
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-runs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const execFileAsync = promisify(execFile);
const makeStorage = () => mkdtemp(join(folder, 'run-'));

const rowsFolder = (storage: string) => join(storage, 'datasets', 'default');

/** Calls back as soon as the first row is stored. */
async function whenUnderWay<T>(storage: string, act: () => Promise<T>): Promise<T> {
    const hasStored = () => void (existsSync(join(rowsFolder(storage), '000000001.json')) || fail('no row yet'));
    await vi.waitFor(hasStored, { timeout: 30_000, interval: 5 });
    return act();
}

function fail(message: string): never {
    throw new Error(message);
}

describe.concurrent('a local run', { timeout: 60_000 }, () => {
    it('continues when its output is no longer read', async () => {
        const storage = await makeStorage();
        const store = join(storage, 'key_value_stores', 'default');
        await mkdir(store, { recursive: true });
        const lines = [...Array.from({ length: 15 }).keys()];
        await writeFile(
            join(store, 'INPUT.json'),
            // One log line each.
            JSON.stringify({ ...quickInput, maxAttempts: 1, profileUrls: lines.map((n) => urlOf(`error-${n}`)) }),
        );
        const child = spawn(process.execPath, ['dist/main.js'], { env: { CRAWLEE_STORAGE_DIR: storage } });
        child.stdout.once('data', () => {
            child.stdout.destroy();
            child.stderr.destroy();
        });
        const exitCode = await new Promise((resolve) => {
            child.on('close', resolve);
        });
        expect(exitCode).toBe(0);
        expect(await readdir(store)).toEqual(expect.arrayContaining(['OUTPUT.json', 'REPORT.html']));
    });

    it('locks its folder: a second run says so and changes nothing', async () => {
        const storage = await makeStorage();
        const endless = { ...input, profileUrls: [urlOf('example-1'), urlOf('timeout-1')], timeoutSecs: 600 };
        let stop: (signal: NodeJS.Signals) => void = () => {};
        const running = runActor(endless, { storage, onSpawn: (kill) => (stop = kill) });
        const { exitCode, log } = await whenUnderWay(storage, () => runActor(endless, { storage }));
        stop('SIGINT');
        const first = await running;
        expect(exitCode).toBe(1);
        expect(log).toBe(
            `Another run is using the folder ${storage}, so this one ends without changes. Wait for it, or set CRAWLEE_STORAGE_DIR to another folder.\n`,
        );
        expect(first.output).toMatchObject({ ending: 'aborted', lines: 2, found: 1 });
        expectTruth(first);
    });

    it('works without a lock where its folder does not support one', async () => {
        const storage = join(await makeStorage(), 'x'.repeat(120));
        const result = await runActor(short, { storage });
        expect(result.output).toMatchObject({ found: 2, ending: 'completed' });
        expect(await readdir(storage)).toEqual(['datasets', 'key_value_stores']);
    });

    it('ends with a sentence when its folder is emptied meanwhile', async () => {
        const storage = await makeStorage();
        const moving = whenUnderWay(storage, () => rename(rowsFolder(storage), join(storage, 'elsewhere')));
        const { exitCode, output, log } = await runActor(input, { storage });
        await moving;
        expect(exitCode).toBe(1);
        const sentence = `The folder ${rowsFolder(storage)} was emptied or moved during the run, so the run stopped`;
        expect(output).toMatchObject({ ending: 'storage_lost', message: expect.stringContaining(sentence) });
        expect(log).toContain(sentence);
        expect(log).not.toMatch(/\n\s+at /);
    });

    it('ends with a sentence on a full disk, and resumes without duplicate rows or charges', async () => {
        const storage = await makeStorage();
        // The row's temporary file links to `/dev/full`.
        const path = join(rowsFolder(storage), '000000007.json.tmp');
        const filling = whenUnderWay(storage, () => symlink('/dev/full', path));
        const first = await runActor(input, { storage, env: resumed });
        await filling;
        expect(first.exitCode).toBe(1);
        expect(first.output).toMatchObject({
            ending: 'storage',
            message: expect.stringMatching(/^The disk is full: /),
        });
        expect(first.output.remaining).toBeGreaterThan(0);
        expect(first.output.remaining).toBe(12 - first.rows.length);
        expect(first.remainingUrls).toHaveLength(first.output.remaining);

        const second = await runActor(input, { storage, env: resumed });
        expect(second.output).toMatchObject({ found: 12, remaining: 0, charged: 0, would_charge: 12 });
        expect(second.rows).toHaveLength(12);
        expectTruth(second);
        const table = await readFile(join(storage, 'key_value_stores', 'default', 'profiles.csv'), 'utf8');
        const lines = parseCsv(table.slice(1)).slice(1);
        expect(lines.map(([line, status]) => [line, status])).toEqual(
            profileUrls.map((_, place) => [String(place + 1), 'success']),
        );
    });

    it('moves the previous run’s results, and says where everything is', async () => {
        const folder = await makeStorage();
        const store = join('storage', 'key_value_stores', 'default');
        await mkdir(join(folder, store), { recursive: true });
        const start = async (handles: string[]) => {
            const profileUrls = handles.map(urlOf);
            await writeFile(join(folder, store, 'INPUT.json'), JSON.stringify({ ...quickInput, profileUrls }));
            const { stdout } = await execFileAsync(process.execPath, [resolve('dist/main.js')], {
                cwd: folder,
                env: {},
            });
            return stdout;
        };
        const first = await start(['example-1', 'not-found-1']);
        expect(first).not.toContain('previous');
        const places = first.split('\n').flatMap((line) => / {2}(storage\/\S+)$/.exec(line)?.[1] ?? []);
        expect(places).toContain('storage/key_value_stores/default/profiles.csv');
        // Empty lists are not shown: nothing failed, nothing remains.
        expect(places.join()).not.toMatch(/FAILED_URLS|REMAINING_URLS/);
        const records = (await readdir(join(folder, store))).filter(
            (name) => !/^(?:INPUT|RUN_|LOOKUPS|FAILED_URLS|REMAINING_URLS)/.test(name),
        );
        expect(places.map((path) => basename(path))).toEqual(expect.arrayContaining(records));
        for (const path of places) expect(existsSync(join(folder, path))).toBe(true);

        const second = await start(['example-2']);
        expect(second).toContain('The previous run’s results were moved to storage/previous/.');
        const rows = join(folder, 'storage', 'previous', 'datasets', 'default');
        expect(await readdir(rows)).toEqual(['000000001.json', '000000002.json']);
        expect(await readFile(join(folder, 'storage', 'previous', store.slice(8), 'profiles.csv'), 'utf8')).toContain(
            'example-1',
        );
        expect(await readdir(rowsFolder(join(folder, 'storage')))).toEqual(['000000001.json']);
    });

    it('that is complete fetches nothing when started again, and says so', async () => {
        const storage = await makeStorage();
        const first = await runActor(short, { storage, env: resumed });
        expect(first.output).toMatchObject({ ending: 'completed', found: 2 });
        // A missing list would end a run that reads it.
        const changed = { ...short, profileUrls: [urlOf('example-9')], suppressionListId: 'mistyped' };
        const second = await runActor(changed, { storage, env: resumed });
        expect(second.log.split('\n')[0]).toBe(
            'This run is complete, so there is nothing left to do. `npm start` starts a new one.',
        );
        expect(second.log).toContain('profiles.csv');
        expect({ ...second, log: '' }).toEqual({ ...first, log: '' });
    });

    it('that could not write its exports writes them when started again', async () => {
        const storage = await makeStorage();
        const table = join(storage, 'key_value_stores', 'default', 'profiles.csv');
        await mkdir(table, { recursive: true });
        const first = await runActor(short, { storage, env: resumed });
        expect(first.output).toMatchObject({ ending: 'completed', found: 2 });
        expect(first.log).toContain('The export files were not written');
        await rm(table, { recursive: true });
        const second = await runActor(short, { storage, env: resumed });
        expect(second.log).toContain('Resuming an earlier run');
        expect(await readFile(table, 'utf8')).toContain('example-');
        expect(second.rows).toHaveLength(2);
        expectTruth(second);
    });

    it('reads an input with comments and trailing commas, as local storage does', async () => {
        const storage = await makeStorage();
        const rawInput = `// A list\n${JSON.stringify(short).replace(/}$/, ',}')}`;
        const { output } = await runActor(null, { storage, env: resumed, rawInput });
        expect(output).toMatchObject({ ending: 'completed', found: 2 });
    });

    it('does not resume without its input: a test run could continue as a live one', async () => {
        const storage = await makeStorage();
        await runActor(short, { storage, env: resumed });
        await rm(join(storage, 'key_value_stores', 'default', 'INPUT.json'));
        const { exitCode, output } = await runActor(null, { storage, env: resumed, rawInput: 'null' });
        expect(exitCode).toBe(1);
        expect(output.error).toMatchObject({ code: 'no_input' });
    });

    it('starts a new charging log when earlier results were purged by another program', async () => {
        const storage = await makeStorage();
        await runActor(short, { storage, env: resumed });
        // As `apify run` does before a run.
        await rm(join(storage, 'datasets', 'default'), { recursive: true });
        await rm(join(storage, 'key_value_stores', 'default'), { recursive: true });
        const second = await runActor(short, { storage, env: resumed });
        expect(second.output.would_charge).toBe(2);
        expectTruth(second);
    });

    it('ends with OUTPUT and exit code 1 after an unhandled error', async () => {
        const storage = await makeStorage();
        const bug = join(storage, 'bug.mjs');
        const item = join(storage, 'datasets', 'default', '000000001.json');
        await writeFile(
            bug,
            `import { existsSync } from 'node:fs';
            const timer = setInterval(() => {
                if (!existsSync(${JSON.stringify(item)})) return;
                clearInterval(timer);
                Promise.reject(new Error('planted'));
            }, 5);`,
        );
        const env = { NODE_OPTIONS: `--import ${pathToFileURL(bug).href}` };
        const { exitCode, output, log, remainingUrls } = await runActor(input, { storage, env });
        expect(exitCode).toBe(1);
        expect(output).toMatchObject({ ending: 'internal_error', lines: 12 });
        expect(output.found + output.remaining).toBe(12);
        expect(remainingUrls).toHaveLength(output.remaining);
        expect(log.match(/planted/g)).toHaveLength(1);
        expect(existsSync(item)).toBe(true);
    });
});
