import { setTimeout as sleep } from 'node:timers/promises';
import { ActorProcess, type ProcessEnd } from '../platform/local/actor-process.ts';
import type { LocalPlatform } from '../platform/local/local-platform.ts';
import type { PlatformRun } from '../platform/local/platform-run.ts';
import { planRandomFaults } from '../platform/local/random-faults.ts';
import { createSeededRandom } from '../platform/local/seeded-random.ts';
import type { ChaosProvider } from './chaos-provider.ts';
import { findExportProblems } from './check-exports.ts';
import { checkLaw, endsEarly, type LawReport } from './check-law.ts';
import type { Disaster, Scenario } from './scenario.ts';

export type PlayOptions = {
    platform: LocalPlatform;
    pageOrigin: string;
    /** The provider that stands behind the page in some scenarios. */
    provider: ChaosProvider;
    /** The script that is tried; the built Actor unless told otherwise. */
    script?: string;
    /** What the environment of each container has beside the usual. */
    env?: Record<string, string>;
};

export type PlayReport = LawReport & {
    scenario: Scenario;
    /** Containers started. */
    starts: number;
    /** Containers killed, by a disaster, a reboot or the run's timeout. */
    kills: number;
    faults: number;
    log: string;
};

/** Small times, so that a run takes seconds. They keep their order: late < settled < patience. */
const usualEnv = { LEDGER_SETTLE_MS: '600', LEDGER_PATIENCE_MS: '8000', PLATFORM_TIMEOUT_MS: '700' };
const maxStarts = 14;
const startLimitMs = 60_000;

/** How long the platform lets a container live after it was told to move or to stop. */
const moveMs = 4000;
const abortMs = 8000;

/** Plays one run from its first container to its end, and checks the law. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<PlayReport> {
    const { platform } = options;
    const run = platform.createRun(scenario);
    planTrouble(platform, run, scenario);
    const disasters = [...scenario.disasters];
    let log = '';
    let kills = 0;
    let isToBeResurrected = scenario.isResurrectedAtTheEnd;
    for (let starts = 1; ; starts += 1) {
        const { exitCode, log: newLog } = await playContainer(run, disasters.shift() ?? null, options);
        log += `--- container ${starts}, exit ${exitCode ?? 'killed'}, ${run.readJson('OUTPUT') ? 'OUTPUT' : 'no OUTPUT'}\n${newLog}`;
        if (exitCode === null) kills += 1;
        const isOver = exitCode === 0 && disasters.length === 0 && hasEnded(run);
        if (isOver && !isToBeResurrected) {
            // What was late when the run ended has taken effect by now.
            await sleep(platform.options.lateMs + 50);
            const report = checkLaw(run, scenario);
            return {
                ...report,
                problems: [
                    ...report.problems,
                    // The wrong ledger makes no files.
                    ...(options.script === undefined ? findExportProblems(run, scenario, newLog) : []),
                    ...options.provider.findProblems(run.id, { kills, log }),
                ],
                scenario,
                starts,
                kills,
                faults: platform.faultCounts.get(run) ?? 0,
                log,
            };
        }
        if (isOver) isToBeResurrected = false;
        if (starts >= maxStarts) {
            const report = checkLaw(run, scenario);
            const problems = [`not over after ${starts} starts`, ...report.problems];
            return { ...report, problems, scenario, starts, kills, faults: platform.faultCounts.get(run) ?? 0, log };
        }
        run.isStatusTerminal = false;
    }
}

function hasEnded(run: PlatformRun): boolean {
    const output = run.readJson('OUTPUT') as { ending?: string } | null;
    return output?.ending === 'completed' || endsEarly(output?.ending);
}

function planTrouble(platform: LocalPlatform, run: PlatformRun, { seed, faults, outage }: Scenario): void {
    const random = createSeededRandom(seed + 1);
    const planRandomly = planRandomFaults(random, faults);
    let firstPushAt: number | null = null;
    platform.setFaultPlan(run, (operation) => {
        if (operation === 'push') firstPushAt ??= Date.now();
        const sincePush = firstPushAt === null ? -1 : Date.now() - firstPushAt;
        if (outage && sincePush >= outage.afterMs && sincePush < outage.afterMs + outage.durationMs) {
            return { kind: random.pick(['503', 'reset', 'hang']), moment: 'before' };
        }
        return planRandomly(operation);
    });
}

/** One container from its start to its end, with one disaster at most. */
async function playContainer(
    run: PlatformRun,
    disaster: Disaster | null,
    { platform, pageOrigin, provider, script, env = {} }: PlayOptions,
): Promise<ProcessEnd> {
    run.timeoutAt = disaster?.kind === 'timeout' ? Date.now() + 4000 : null;
    run.startedAt = Date.now();
    const container = new ActorProcess({
        platform,
        run,
        pageOrigin,
        env: { ...usualEnv, ...env, AI_ARK_ORIGIN: provider.originFor(run.id) },
        ...(script === undefined ? {} : { script }),
    });
    const timers: NodeJS.Timeout[] = [];
    const killAfter = (delayMs: number) => void timers.push(setTimeout(() => container.kill(), delayMs));
    killAfter(startLimitMs);
    platform.onReboot(run, () => killAfter(20));
    if (disaster?.kind === 'timeout') killAfter(4000);

    const strike = () => {
        switch (disaster?.kind) {
            case 'kill':
                return container.kill();
            case 'migrate':
                run.sendEvent('migrating');
                return killAfter(moveMs);
            case 'abort':
                run.sendEvent('aborting');
                return killAfter(abortMs);
            case 'lose-events':
                for (const socket of run.sockets) socket.terminate();
                return killAfter(1000);
            case 'timeout':
            case undefined:
        }
    };
    let callsLeft = 0;
    const trigger = disaster?.trigger;
    if (trigger && 'afterMs' in trigger) timers.push(setTimeout(strike, trigger.afterMs));
    if (trigger && 'operation' in trigger) callsLeft = trigger.call;
    platform.onCall(run, (operation, moment) => {
        if (!trigger || !('operation' in trigger) || operation !== trigger.operation || moment !== 'after') return;
        callsLeft -= 1;
        if (callsLeft === 0) strike();
    });
    const end = await container.ended;
    for (const timer of timers) clearTimeout(timer);
    return end;
}
