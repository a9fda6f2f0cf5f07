import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runActor, type ActorRunResult } from './run-actor.ts';

export type LiveRun = {
    /** Where its live page is. */
    url: string;
    /** Where its report will be. */
    reportPath: string;
    result: Promise<ActorRunResult>;
    /** Asks it to end, as Ctrl-C does, when it next says something. */
    stop(): void;
    /** Removes what it left. */
    clean(): Promise<void>;
};

/** A run in the sandbox, still going on, with its live page open. */
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

/** A list with something of everything: found, not found, refused, invalid and repeated. */
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
