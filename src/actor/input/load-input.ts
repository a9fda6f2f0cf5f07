import { InputError } from '../input-error.ts';
import { parseInput, type ActorInput } from './input.ts';
import type { Log } from '../log.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Platform } from '../platform/platform.ts';
import { resolveInput, type ResolveContext, type ResolvedInput } from './resolve-input.ts';
import { readRunState, type RunState } from '../platform/run-state.ts';
import { describeGroups, groupProblems } from './describe-problems.ts';
import { readRunLines } from './lines/saved-lines.ts';

export type TakenInput = {
    input: ActorInput;
    /** What an earlier start of this run left; null when this is the first. */
    earlier: RunState | null;
    resolved: ResolvedInput;
};

/**
 * Reads the run's input and everything it points to, or the list of the start that is gone on with. Resolves to null when
 * that one is complete and this is a local run. Throws `InputError`.
 */
export async function takeInput(
    platform: Platform,
    lifecycle: Lifecycle,
    {
        isSandboxHandle,
        sourceDefaults,
        clock,
        log,
    }: Pick<ResolveContext, 'isSandboxHandle' | 'sourceDefaults' | 'clock'> & { log: Log },
): Promise<TakenInput | null> {
    const raw = await platform.readInput();
    const parsing = parseInput(raw);
    log.warn(...parsing.warnings);
    if (!parsing.ok) throw new InputError(parsing.code, parsing.message);
    const { input } = parsing;

    const earlierLines = await readRunLines(platform.records);
    const earlier =
        earlierLines && ((await readRunState(platform.records)) ?? { chargedBatchIds: [], isComplete: false });
    if (earlierLines) {
        // Its list without its settings would be another run: a live one, with everybody on it.
        if (raw === null) {
            const message = 'There is an earlier run to go on with, and its input is gone. Put it back, or start anew.';
            throw new InputError('no_input', message);
        }
        if (earlier?.isComplete === true && !platform.isAtHome) return null;
        const lineCount = earlierLines.lines.length.toLocaleString('en-US');
        log.print(
            `Going on with an earlier run and its list (lines: ${lineCount}); the lists of this input are not read.`,
        );
    }
    const context = { isSandboxHandle, sourceDefaults, earlierLines, signal: lifecycle.stopSignal, clock };
    try {
        const resolved = await resolveInput(input, platform, context);
        log.warn(...resolved.warnings);
        if (!earlierLines) describeGroups(groupProblems(resolved.runLines, resolved.worklist)).forEach(log.print);
        return { input, earlier, resolved };
    } catch (error) {
        if (!lifecycle.reason) throw error;
        // The next container reads the list anew.
        if (lifecycle.reason === 'migrating' && platform.isAtHome) await platform.reboot();
        throw new InputError('stopped', 'The run was stopped while its list was being read: nothing was fetched.');
    }
}
