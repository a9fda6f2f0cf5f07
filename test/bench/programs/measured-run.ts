import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildRunEnv } from '../../platform/local/actor-process.ts';
import { LocalPlatform } from '../../platform/local/local-platform.ts';
import type { PlatformRun } from '../../platform/local/platform-run.ts';
import type { PageServer } from './start-page-server.ts';

/** What is started: a shell command, and what it finds in its environment. */
export type Program = { name: string; command: string; env?: Record<string, string> };

export type Measurement = {
    /** User and system time of the whole process, in milliseconds. */
    cpuMs: number;
    maxRssMb: number;
    wallMs: number;
    run: PlatformRun;
    exitCode: number | null;
    log: string;
};

/**
 * Runs a program "at home" on a local platform of its own, in the 256 MB class, and measures the process from its
 * start to its end, or to `endMs` when it takes longer.
 */
export async function measureRun(
    program: Program,
    server: Pick<PageServer, 'origin'>,
    input: object,
    endMs = 600_000,
): Promise<Measurement> {
    const platform = await new LocalPlatform().start();
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const probeFile = join(folder, 'probe.json');
    const run = platform.createRun({ input });
    const startedAt = performance.now();
    const child = startProgram(program, platform, run, server.origin, {
        BENCH_PROBE: probeFile,
        NODE_OPTIONS: `${program.env?.['NODE_OPTIONS'] ?? ''} --import ${resolve('test/bench/probe.mjs')}`.trim(),
    });
    const timer = setTimeout(() => child.process.kill('SIGKILL'), endMs);
    const exitCode = await child.ended;
    clearTimeout(timer);
    const wallMs = performance.now() - startedAt;
    const probe = await readFile(probeFile, 'utf8').catch(() => '{"cpuMs": 0, "maxRssMb": 0}');
    await platform.close();
    await rm(folder, { recursive: true });
    return { ...(JSON.parse(probe) as { cpuMs: number; maxRssMb: number }), wallMs, run, exitCode, log: child.log() };
}

/** CPU from the start of a program to its first request, in milliseconds: read from the kernel when the request comes. */
export async function measureStart(program: Program, server: PageServer, input: object): Promise<number> {
    const platform = await new LocalPlatform().start();
    const run = platform.createRun({ input });
    const firstRequest = server.waitForFirstRequest();
    const child = startProgram(program, platform, run, server.origin, {});
    const ended = child.ended.then(() => Promise.reject(new Error(`${program.name} made no request: ${child.log()}`)));
    await Promise.race([firstRequest, ended]);
    ended.catch(() => {});
    const cpuMs = await readCpuMs(child.process.pid ?? 0);
    child.process.kill('SIGKILL');
    await child.ended;
    await platform.close();
    return cpuMs;
}

function startProgram(
    { command, env = {} }: Program,
    platform: LocalPlatform,
    run: PlatformRun,
    pageOrigin: string,
    more: Record<string, string>,
) {
    const child = spawn('sh', ['-c', command], {
        env: {
            PATH: process.env['PATH'],
            ...buildRunEnv(platform, run),
            ACTOR_MEMORY_MBYTES: '256',
            PUBLIC_PAGE_ORIGIN: pageOrigin,
            ...env,
            ...more,
        },
    });
    let log = '';
    const take = (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-5000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const ended = new Promise<number | null>((done) => {
        child.on('close', done);
    });
    return { process: child, ended, log: () => log };
}

/** Time on a core of all threads of a process so far; 0 where the kernel has no `/proc`. */
async function readCpuMs(pid: number): Promise<number> {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const times = threads.map(async (thread) => {
        const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
        return Number(text.split(' ')[0]) / 1e6;
    });
    return (await Promise.all(times)).reduce((sum, ms) => sum + ms, 0);
}
