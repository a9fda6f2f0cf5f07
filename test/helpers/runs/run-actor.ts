import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../../../src/actor/ledger/row.ts';
import type { RunOutput } from '../../../src/actor/output/totals.ts';

export type ActorRunResult = {
    exitCode: number | null;
    log: string;
    rows: Row[];
    charges: Array<{ count: number; idempotency_key: string }>;
    output: RunOutput & { error?: { code: string; message: string }; estimate?: Record<string, unknown> };
    remainingUrls: string[] | null;
};

export type ActorRunOptions = {
    env?: Record<string, string>;
    /** Called with the log so far, whenever it grows; returns a signal to send to the process, or null. */
    onLog?: (log: string) => NodeJS.Signals | null;
    /** Called once the process runs, with a function that sends it a signal. */
    onSpawn?: (kill: (signal: NodeJS.Signals) => void) => void;
    /** The text of INPUT.json, instead of the input as JSON. */
    rawInput?: string;
    /** The storage folder of an earlier run to resume; without it a temporary one is used. */
    storage?: string;
};

/** Runs the built Actor as a user does, on its own storage folder, and reads the results. */
export async function runActor(input: unknown, options: ActorRunOptions = {}): Promise<ActorRunResult> {
    const storage = options.storage ?? (await mkdtemp(join(tmpdir(), 'actor-run-')));
    const records = join(storage, 'key_value_stores', 'default');
    await mkdir(records, { recursive: true });
    await writeFile(join(records, 'INPUT.json'), options.rawInput ?? JSON.stringify(input));
    const { exitCode, log } = await runProcess({ CRAWLEE_STORAGE_DIR: storage, ...options.env }, options);
    // A file that a kill truncated counts as missing.
    const read = exitCode === null ? readWhole : readJson;
    const result = {
        exitCode,
        log,
        rows: (await readItems(join(storage, 'datasets', 'default'), read)) as Row[],
        charges: (await readItems(join(storage, 'datasets', 'charging_log'), read)) as ActorRunResult['charges'],
        output: (await read(join(records, 'OUTPUT.json'))) as ActorRunResult['output'],
        remainingUrls: (await read(join(records, 'REMAINING_URLS.json'))) as string[] | null,
    };
    if (options.storage === undefined) await rm(storage, { recursive: true, force: true });
    return result;
}

function runProcess(
    env: Record<string, string>,
    { onLog, onSpawn }: Pick<ActorRunOptions, 'onLog' | 'onSpawn'>,
): Promise<{ exitCode: number | null; log: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ['dist/main.js'], { env: { PATH: process.env['PATH'], ...env } });
        onSpawn?.((signal) => child.kill(signal));
        let log = '';
        const take = (chunk: Buffer) => {
            log += chunk.toString();
            const signal = onLog?.(log);
            if (signal) child.kill(signal);
        };
        child.stdout.on('data', take);
        child.stderr.on('data', take);
        child.on('error', reject);
        child.on('close', (exitCode) => resolve({ exitCode, log }));
    });
}

async function readItems(folder: string, read: typeof readJson): Promise<unknown[]> {
    const names = await readdir(folder).catch(() => []);
    const items = names.sort((one, other) => one.localeCompare(other)).map((name) => read(join(folder, name)));
    return (await Promise.all(items)).filter((item) => item !== null);
}

/** Also null for a truncated file. */
function readWhole(path: string): Promise<unknown> {
    return readJson(path).catch(() => null);
}

async function readJson(path: string): Promise<unknown> {
    const text = await readFile(path, 'utf8').catch(() => null);
    return text === null ? null : JSON.parse(text);
}
