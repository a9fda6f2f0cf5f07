import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendCommand } from '../../../src/accounts/cli/command-socket.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { runApi, type ApiProcess } from '../../helpers/api/run-api.ts';
import type { SeededRandom } from '../../platform/local/seeded-random.ts';

export type AccountFigures = { granted: number; left: number; reserved: number; used: number };

/** Credits of each account: the last one is used up on the way. */
const grants = [100_000, 100_000, 100_000, 40];
const requestsPerSecond = 40;

const megabyte = 2 ** 20;
const smallDiskMegabytes = 256;

export type SoakedApi = Awaited<ReturnType<typeof startSoakedApi>>;

/** An API with embedded accounts in `folder`, started anew whenever it ends. */
export async function startSoakedApi(folder: string, env: Record<string, string>) {
    const counts = { kills: 0, restarts: 0, endedByItself: 0 };
    const logs: Array<() => string> = [];
    const home = { folder };
    /** Those that are ended on purpose. */
    const told = new WeakSet<ApiProcess>();
    let origin = '';
    let running = start();
    await running;

    async function start(): Promise<ApiProcess> {
        for (;;) {
            const started = await runApi({ ACCOUNTS_DIR: folder, ...env }).catch((error: Error) => {
                logs.push(() => error.message);
                return null;
            });
            if (started) {
                logs.push(() => started.log());
                started.child.once('exit', () => {
                    if (told.has(started)) return;
                    counts.endedByItself += 1;
                    running = start();
                });
                origin = started.origin;
                return started;
            }
            // On a full disk a start may fail; whoever runs it starts it again.
            await sleep(500);
        }
    }

    async function restart(end: (api: ApiProcess) => Promise<unknown>): Promise<void> {
        const api = await running;
        told.add(api);
        await end(api);
        running = start();
        await running;
    }

    async function command(...words: string[]): Promise<Record<string, unknown>> {
        const outcome = await sendCommand(home, words, systemClock);
        if (!outcome.ok) throw new Error(outcome.message);
        return outcome.answer;
    }

    const tenants: Array<{ tenantId: string; granted: number; key: string }> = [];
    for (const granted of grants) {
        const tenantId = String((await command('tenant', 'create', 'soak', '--credits', String(granted)))['tenant_id']);
        await command('tenant', 'set', tenantId, '--rate', String(requestsPerSecond));
        tenants.push({ tenantId, granted, key: String((await command('key', 'create', tenantId))['key']) });
    }

    return {
        counts,
        keys: tenants.map(({ key }) => key),
        origin: () => origin,
        pid: async () => (await running).child.pid ?? 0,
        log: () => logs.map((log) => log()).join('\n'),
        async kill(): Promise<void> {
            counts.kills += 1;
            await restart((api) => api.kill());
        },
        async restart(): Promise<void> {
            counts.restarts += 1;
            await restart((api) => api.stop());
        },
        /** What each account has when nothing is reserved any more: the reservations of a killed process run out. */
        async readAccounts(): Promise<AccountFigures[]> {
            const figures: AccountFigures[] = [];
            for (const { tenantId, granted } of tenants) {
                for (let triesLeft = 60; ; triesLeft -= 1) {
                    const usage = (await command('usage', tenantId)) as Record<string, number>;
                    const { credits: left = Number.NaN, reserved = Number.NaN, used = Number.NaN } = usage;
                    if (reserved > 0 && triesLeft > 0) {
                        await sleep(500);
                        continue;
                    }
                    figures.push({ granted, left, reserved, used });
                    break;
                }
            }
            return figures;
        },
        async stop(): Promise<void> {
            const api = await running;
            told.add(api);
            await api.stop();
        },
    };
}

export type SmallDisk = { folder: string; fill(): void; empty(): void; unmount(): void };

/** A disk of its own in memory, small enough to be filled. Throws a sentence where nothing may be mounted. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
    await mkdir(folder);
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${smallDiskMegabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
        throw new Error(
            'A soak fills a disk of its own, and this user may mount none. Try: unshare --map-root-user --mount npm run test:chaos -- --soak 10m',
            { cause: error },
        );
    }
    const unmount = () => void execFileSync('umount', ['--lazy', folder]);
    process.once('exit', unmount);
    const filler = join(folder, 'filler');
    return {
        folder,
        fill() {
            const file = openSync(filler, 'a');
            for (const bytes of [megabyte, 4096]) while (hasWritten(file, bytes));
            closeSync(file);
        },
        empty: () => rmSync(filler, { force: true }),
        unmount() {
            process.off('exit', unmount);
            unmount();
        },
    };
}

function hasWritten(file: number, bytes: number): boolean {
    try {
        return writeSync(file, Buffer.alloc(bytes)) === bytes;
    } catch {
        return false;
    }
}

/** Kills and restarts the API and fills its disk at random, until the signal. */
export async function besiege(
    api: SoakedApi,
    { disk, random, signal }: { disk: SmallDisk; random: SeededRandom; signal: AbortSignal },
): Promise<{ fullDisks: number }> {
    let fullDisks = 0;
    const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
    while (!signal.aborted) {
        await wait(random.int(3000, 12_000));
        if (signal.aborted) break;
        const trouble = random.pick(['kill', 'kill', 'restart', 'full-disk', 'full-disk', 'kill-on-full-disk']);
        if (trouble === 'restart') await api.restart();
        else if (trouble === 'kill') await api.kill();
        else {
            fullDisks += 1;
            const killed = trouble === 'kill-on-full-disk' ? wait(1000).then(() => api.kill()) : null;
            // What the database gives back meanwhile is taken again.
            for (let round = random.int(5, 25); round > 0; round -= 1) {
                disk.fill();
                await wait(200);
            }
            disk.empty();
            await killed;
        }
    }
    return { fullDisks };
}
