import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Flood } from './flood.ts';
import type { RestSample } from './soak-table.ts';

/** A process that lives as long as the soak, with the callers that ask it. */
export type Watched = {
    name: string;
    pid: number;
    log: () => string;
    flood: Flood;
    samples: RestSample[];
    cacheBytes: number;
};

/** Tells a process' memory after its garbage is collected, whenever it gets SIGUSR2. */
const probe = `
    import v8 from 'node:v8';
    import vm from 'node:vm';
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    process.on('SIGUSR2', () => {
        gc();
        gc();
        const { heapUsed, external, rss } = process.memoryUsage();
        console.error('AT-REST ' + JSON.stringify({ heapBytes: heapUsed + external, rssBytes: rss }));
    });`;
export const probeEnv = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(probe)}` };

/** What was started for a caller who is gone has ended, and its connections are closed. */
export const settleMs = 9000;

/** Lets its callers rest, then reads what the process holds. */
export async function sampleAtRest({ name, pid, log, flood, samples }: Watched): Promise<void> {
    await flood.pause();
    await sleep(settleMs);
    const countReadings = () => log().split('AT-REST ').length;
    const before = countReadings();
    process.kill(pid, 'SIGUSR2');
    while (countReadings() === before) {
        await sleep(50);
        // Throws when the process has ended.
        process.kill(pid, 0);
    }
    const reading = /^\{.*\}/.exec(log().slice(log().lastIndexOf('AT-REST ') + 8))?.[0] ?? '{}';
    const { heapBytes, rssBytes } = JSON.parse(reading) as Pick<RestSample, 'heapBytes' | 'rssBytes'>;
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    const { requests } = flood.counts;
    samples.push({ requests, heapBytes, rssBytes, descriptors });
    const megabytes = [heapBytes, rssBytes].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`).join(' of ');
    console.log(`${name} at rest after ${requests} requests: heap ${megabytes}, ${descriptors} descriptors`);
    flood.goOn();
}
