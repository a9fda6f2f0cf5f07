import { spawn, type ChildProcess } from 'node:child_process';
import type { LocalPlatform } from './local-platform.ts';
import type { PlatformRun } from './platform-run.ts';

export type ActorProcessOptions = {
    platform: LocalPlatform;
    run: PlatformRun;
    /** The origin that the Actor fetches pages from. */
    pageOrigin: string;
    /** The script to start; the built Actor by default. */
    script?: string;
    /** Additional Node flags. */
    nodeFlags?: readonly string[];
    env?: Record<string, string>;
};

/** How a container ended; the exit code is null when it was killed. */
export type ProcessEnd = { exitCode: number | null; log: string };

/** One container of a run: the built Actor as the platform starts it. */
export class ActorProcess {
    readonly ended: Promise<ProcessEnd>;
    readonly #child: ChildProcess;
    #log = '';

    constructor({ platform, run, pageOrigin, script = 'dist/main.js', nodeFlags = [], env = {} }: ActorProcessOptions) {
        run.status = 'RUNNING';
        this.#child = spawn(process.execPath, ['--enable-source-maps', ...nodeFlags, script], {
            env: { PATH: process.env['PATH'], ...buildRunEnv(platform, run), PUBLIC_PAGE_ORIGIN: pageOrigin, ...env },
        });
        const take = (chunk: Buffer) => {
            this.#log += chunk.toString();
        };
        this.#child.stdout?.on('data', take);
        this.#child.stderr?.on('data', take);
        this.ended = new Promise((resolve, reject) => {
            this.#child.on('error', reject);
            this.#child.on('close', (exitCode) => resolve({ exitCode, log: this.#log }));
        });
    }

    get log(): string {
        return this.#log;
    }

    /** 0 when the start failed. */
    get pid(): number {
        return this.#child.pid ?? 0;
    }

    /** Kills the container. */
    kill(): void {
        this.#child.kill('SIGKILL');
    }
}

/** The environment of a container on the platform. */
export function buildRunEnv(platform: LocalPlatform, run: PlatformRun): Record<string, string> {
    return {
        APIFY_IS_AT_HOME: '1',
        APIFY_TOKEN: 'local-platform-token',
        APIFY_API_BASE_URL: platform.origin,
        APIFY_API_PUBLIC_BASE_URL: platform.origin,
        APIFY_META_ORIGIN: 'API',
        ACTOR_ID: 'actor1',
        ACTOR_RUN_ID: run.id,
        ACTOR_INPUT_KEY: 'INPUT',
        ACTOR_DEFAULT_DATASET_ID: run.dataset.id,
        ACTOR_DEFAULT_KEY_VALUE_STORE_ID: `store-${run.id}`,
        ACTOR_DEFAULT_REQUEST_QUEUE_ID: `queue-${run.id}`,
        ACTOR_STORAGES_JSON: JSON.stringify({ datasets: { default: run.dataset.id, misses: run.misses.id } }),
        ACTOR_EVENTS_WEBSOCKET_URL: `${platform.origin.replace('http', 'ws')}/events/${run.id}`,
        ACTOR_STARTED_AT: new Date(run.startedAt).toISOString(),
        ...(run.timeoutAt === null ? {} : { ACTOR_TIMEOUT_AT: new Date(run.timeoutAt).toISOString() }),
        ...(run.maxTotalChargeUsd === null ? {} : { ACTOR_MAX_TOTAL_CHARGE_USD: String(run.maxTotalChargeUsd) }),
        ACTOR_MEMORY_MBYTES: '1024',
    };
}
