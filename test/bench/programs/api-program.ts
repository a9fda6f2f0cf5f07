import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as startRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';

const run = promisify(execFile);

/** The kernel counts CPU time in hundredths of a second. */
const ticksPerSec = 100;

/** Nobody is fetched for these: what is measured is everything but the page. */
const suppressedHandles = ['nobody-1', 'nobody-2', 'nobody-3', 'nobody-4', 'nobody-5'];

/** One handle is a request for one profile, several are a batch. */
export type ApiQuestion = { account: number | 'poor'; handles: readonly string[]; idempotencyKey?: string };

export type ApiProgram = {
    /** Asks for profiles with the key of an account; `account` is its number, or the one that has no credits. */
    ask(options: ApiQuestion): Promise<{ status: number; ms: number }>;
    /** A handle that is answered without fetching anything. */
    handleWithoutPage(index: number): string;
    accountCount: number;
    /** CPU of the API's process, and of the database's where it has one, in milliseconds. */
    readCpuMs(): { api: number; database: number };
    /** What went over the wire to the database; null where it is embedded. */
    wire: CountingProxy['counts'] | null;
    stop(): Promise<void>;
};

/**
 * Starts the built API of a project's folder with accounts of its own: embedded, or in a new database of the server that
 * `databaseUrl` names. Built from any version: only what all of them have is used.
 */
export async function startApiProgram({
    root,
    databaseUrl,
    pageOrigin,
    accountCount,
    countsWire = false,
}: {
    root: string;
    databaseUrl: string | null;
    pageOrigin: string;
    accountCount: number;
    /** Whether statements are counted; the proxy for that costs time, but no CPU of what is measured. */
    countsWire?: boolean;
}): Promise<ApiProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-accounts-'));
    const database = databaseUrl === null ? null : await createDatabase(databaseUrl);
    const proxy = database && countsWire ? await startCountingProxy(database.url) : null;
    const base = { PATH: process.env['PATH'] ?? '', ACCOUNTS_DIR: folder };
    const env = { ...base, ...(database ? { DATABASE_URL: database.url } : {}) };
    const child = spawn(process.execPath, ['--enable-source-maps', 'dist-api/api-main.js'], {
        cwd: root,
        env: { ...env, ...(proxy ? { DATABASE_URL: proxy.url } : {}), PORT: '0', PUBLIC_PAGE_ORIGIN: pageOrigin },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const origin = await readOrigin(child);
    const command = async (...words: string[]): Promise<Record<string, string>> => {
        const { stdout } = await run(process.execPath, ['dist-api/accounts-main.js', ...words, '--json'], {
            cwd: root,
            env,
        });
        return JSON.parse(stdout) as Record<string, string>;
    };
    const createKey = async (name: string, credits: number): Promise<string> => {
        const { tenant_id: tenantId = '' } = await command('tenant', 'create', name, '--credits', String(credits));
        return (await command('key', 'create', tenantId))['key'] ?? '';
    };
    const keys: string[] = [];
    for (let index = 0; index < accountCount; index += 1) keys.push(await createKey(`bench ${index}`, 1_000_000));
    const poorKey = await createKey('poor', 0);
    for (const handle of suppressedHandles) await command('suppress', `https://www.linkedin.com/in/${handle}/`);
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });

    return {
        accountCount,
        wire: proxy?.counts ?? null,
        handleWithoutPage: (index) => suppressedHandles[index % suppressedHandles.length] ?? '',
        ask: ({ account, handles, idempotencyKey }) =>
            new Promise((resolve, reject) => {
                const startedAt = performance.now();
                const headers = {
                    Authorization: `Bearer ${account === 'poor' ? poorKey : keys[account % keys.length]}`,
                    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
                };
                const address = `${origin}/v1/linkedin-profile-enrichment/enrich`;
                const urls = handles.map((handle) => `https://www.linkedin.com/in/${handle}/`);
                const send = (): void => {
                    const request = startRequest(address, { method: 'POST', agent, headers }, (response) => {
                        response.resume();
                        response.on('end', () =>
                            resolve({ status: response.statusCode ?? 0, ms: performance.now() - startedAt }),
                        );
                    });
                    // A server ends idle connections while the other version has its turn; one may be used just then.
                    request.on('error', (error) => (request.reusedSocket ? send() : reject(error)));
                    request.end(JSON.stringify(urls.length === 1 ? { url: urls[0] } : { urls }));
                };
                send();
            }),
        readCpuMs: () => ({
            api: readCpuMs(child.pid ?? 0),
            database: database ? readDatabaseCpuMs(database.postmaster) : 0,
        }),
        async stop() {
            agent.destroy();
            child.kill('SIGTERM');
            await new Promise((resolve) => {
                child.once('exit', resolve);
            });
            await proxy?.close();
            await database?.drop();
            await rm(folder, { recursive: true, force: true });
        },
    };
}

async function createDatabase(serverUrl: string) {
    const name = `bench_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e6)}`;
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(`create database ${name}`);
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    await client.end();
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const postmaster = Number(
        readFileSync(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    return {
        url: url.href,
        postmaster,
        async drop() {
            const last = new pg.Client({ connectionString: serverUrl });
            await last.connect();
            await last.query(`drop database ${name} with (force)`);
            await last.end();
        },
    };
}

function readOrigin(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
        let log = '';
        child.once('exit', () => reject(new Error(`the API did not start:\n${log}`)));
        child.stdout?.on('data', (chunk: Buffer) => {
            log = log.slice(-4096) + chunk.toString();
            const found = /The API is at (\S+)/.exec(log)?.[1];
            if (found !== undefined) resolve(found);
        });
    });
}

/** User and system time of a process, its ended children left out. */
function readCpuMs(pid: number): number {
    const [user, system] = readStat(pid).slice(11, 13);
    return ((Number(user) + Number(system)) / ticksPerSec) * 1000;
}

/** User and system time of a process' ended children. */
function readChildrenCpuMs(pid: number): number {
    const [user, system] = readStat(pid).slice(13, 15);
    return ((Number(user) + Number(system)) / ticksPerSec) * 1000;
}

/** Of a PostgreSQL server and all its processes, those of connections that are closed by now too. */
function readDatabaseCpuMs(postmaster: number): number {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const own = pids.filter((pid) => Number(pid) === postmaster || Number(readStat(Number(pid))[1]) === postmaster);
    return own.reduce((sum, pid) => sum + readCpuMs(Number(pid)), readChildrenCpuMs(postmaster));
}

function readStat(pid: number): string[] {
    try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    } catch {
        return [];
    }
}
