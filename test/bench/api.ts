import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendCommand } from '../../src/accounts/cli/command-socket.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { BenchLine, BenchOptions } from './report.ts';
import type { PageServer } from './start-page-server.ts';

/** Enough accounts that none comes near its four requests a second. */
const accountCount = 250;
const callers = 16;
/** The kernel counts CPU time in hundredths of a second. */
const ticksPerSec = 100;

/** What the API adds to fetching the page itself, and how many requests one core answers. Embedded accounts. */
export async function benchApi(server: PageServer, { isQuick }: BenchOptions): Promise<BenchLine[]> {
    await server.order({ pageBytes: 300 * 1024, latencyMs: 0, maxPerSecond: null });
    const folder = await mkdtemp(join(tmpdir(), 'bench-accounts-'));
    const child = spawn(process.execPath, ['dist-api/api-main.js'], {
        env: { PATH: process.env['PATH'], PORT: '0', ACCOUNTS_DIR: folder, PUBLIC_PAGE_ORIGIN: server.origin },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
        const origin = await new Promise<string>((resolve) => {
            let log = '';
            child.stdout.on('data', (chunk: Buffer) => {
                log = log.slice(-4096) + chunk.toString();
                const found = /The API is at (\S+)/.exec(log)?.[1];
                if (found !== undefined) resolve(found);
            });
        });
        const keys = await makeKeys(folder);
        let sent = 0;
        const askPage = () => timeFetch(`${server.origin}/in/example-${sent}/`, {});
        const askApi = () => {
            sent += 1;
            return timeFetch(`${origin}/v1/linkedin-profile-enrichment/enrich`, {
                method: 'POST',
                headers: { Authorization: `Bearer ${keys[sent % keys.length]}` },
                body: JSON.stringify({ url: `https://www.linkedin.com/in/example-${sent}/` }),
            });
        };

        for (let index = 0; index < 50; index += 1) await askApi();
        const pageMs: number[] = [];
        const apiMs: number[] = [];
        // In turn, so that what the machine does meanwhile meets both alike.
        for (let index = 0; index < (isQuick ? 200 : 1000); index += 1) {
            pageMs.push(await askPage());
            apiMs.push(await askApi());
        }
        const requests = isQuick ? 500 : 2000;
        const before = readCpuSeconds(child.pid ?? 0);
        await Promise.all(
            Array.from({ length: callers }, async () => {
                for (let index = 0; index < requests / callers; index += 1) await askApi();
            }),
        );
        const perCore = requests / (readCpuSeconds(child.pid ?? 0) - before);
        const added = (share: number) => (quantile(apiMs, share) - quantile(pageMs, share)).toFixed(1);
        return [
            describe('API: added latency, ms, p50', added(0.5), `page itself ${quantile(pageMs, 0.5).toFixed(1)}`),
            describe('API: added latency, ms, p99', added(0.99), `page itself ${quantile(pageMs, 0.99).toFixed(1)}`),
            describe('API: requests a second and core', perCore.toFixed(0), ''),
        ];
    } finally {
        child.kill('SIGTERM');
        await new Promise((resolve) => {
            child.once('exit', resolve);
        });
        await rm(folder, { recursive: true, force: true });
    }
}

async function makeKeys(folder: string): Promise<string[]> {
    const run = async (...words: string[]): Promise<Record<string, unknown>> => {
        const outcome = await sendCommand({ folder }, words, systemClock);
        if (!outcome.ok) throw new Error(outcome.message);
        return outcome.answer;
    };
    const keys: string[] = [];
    for (let index = 0; index < accountCount; index += 1) {
        const { tenant_id: tenantId } = await run('tenant', 'create', `bench ${index}`, '--credits', '1000000');
        keys.push(String((await run('key', 'create', String(tenantId)))['key']));
    }
    return keys;
}

/** How long one answer took until its last byte, in milliseconds. Throws when it is none. */
async function timeFetch(url: string, init: RequestInit): Promise<number> {
    const startedAt = performance.now();
    const response = await fetch(url, init);
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`status ${response.status} from ${url}`);
    return performance.now() - startedAt;
}

function readCpuSeconds(pid: number): number {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSec;
}

function quantile(values: readonly number[], share: number): number {
    const sorted = values.toSorted((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function describe(what: string, ours: string, peer: string): BenchLine {
    return { what, ours, peer, ratio: null, budget: '', isWithin: null };
}
