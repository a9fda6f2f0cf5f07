import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runActor, type ActorRunResult } from './run-actor.ts';

export type LiveRun = {
    /** The URL of the live page. */
    url: string;
    reportPath: string;
    result: Promise<ActorRunResult>;
    /** Stops it like Ctrl-C, at its next output. */
    stop(): void;
    /** Removes its storage. */
    clean(): Promise<void>;
};

/** Starts a run in the sandbox and waits for its live page. */
export async function startLiveRun(input: object): Promise<LiveRun> {
    const storage = await mkdtemp(join(tmpdir(), 'live-run-'));
    let signal: NodeJS.Signals | null = null;
    let announce: (url: string) => void = () => {};
    const announced = new Promise<string>((resolve) => {
        announce = resolve;
    });
    const result = runActor(input, {
        storage,
        env: { ACTOR_WEB_SERVER_PORT: '0' },
        onLog(log) {
            const [, url] = /Live page: (\S+)\n/.exec(log) ?? [];
            if (url) announce(url);
            const asked = signal;
            signal = null;
            return asked;
        },
    });
    const url = await Promise.race([
        announced,
        result.then(({ log }) => {
            throw new Error(`the run ended without a live page: ${log}`);
        }),
    ]);
    return {
        url,
        reportPath: join(storage, 'key_value_stores', 'default', 'REPORT.html'),
        result,
        stop() {
            signal = 'SIGINT';
        },
        clean: () => rm(storage, { recursive: true, force: true }),
    };
}

/** A list with all kinds of lines: found, not found, refused, invalid and duplicate. */
export function buildVariedList(lineCount: number): string[] {
    return Array.from({ length: lineCount }, (_, n) => {
        if (n % 23 === 7) return 'https://www.linkedin.com/company/example/';
        if (n % 19 === 5) return `https://www.linkedin.com/in/error-${n}/`;
        if (n % 11 === 3) return `https://www.linkedin.com/in/not-found-${n}/`;
        if (n % 17 === 9) return `https://uk.linkedin.com/in/example-${n - 1}`;
        if (n % 13 === 4) return `https://www.linkedin.com/in/masked-${n}/`;
        return `https://www.linkedin.com/in/example-${n}/`;
    });
}
