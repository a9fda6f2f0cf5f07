import { InputError } from '../input-error.ts';
import { parseInput, type ActorInput } from './input.ts';
import type { Log } from '../log.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Platform } from '../platform/platform.ts';
import { resolveInput, type ResolveContext, type ResolvedInput } from './resolve-input.ts';
import { readRunState, type RunState } from '../platform/run-state.ts';
import { describeGroups, groupProblems } from './describe-problems.ts';
import { readRunLines } from './lines/saved-lines.ts';

export type LoadedInput = {
    input: ActorInput;
    /** The state of an earlier start; null on the first start. */
    earlier: RunState | null;
    resolved: ResolvedInput;
};

/**
 * Reads the run's input with everything it refers to, or the list of the start that is resumed. Resolves to null when a
 * resumed local run is already complete. Throws `InputError`.
 */
export async function loadInput(
    platform: Platform,
    lifecycle: Lifecycle,
    {
        isSandboxHandle,
        sourceDefaults,
        clock,
        log,
    }: Pick<ResolveContext, 'isSandboxHandle' | 'sourceDefaults' | 'clock'> & { log: Log },
): Promise<LoadedInput | null> {
    const raw = await platform.readInput();
    const parsing = parseInput(raw);
    log.warn(...parsing.warnings);
    if (!parsing.ok) throw new InputError(parsing.code, parsing.message);
    const { input } = parsing;

    const earlierLines = await readRunLines(platform.records);
    const earlier =
        earlierLines && ((await readRunState(platform.records)) ?? { chargedBatchIds: [], isComplete: false });
    if (earlierLines) {
        // The list without its settings would be another run, with live requests.
        if (raw === null) {
            const message = 'There is a run to resume, but its input is missing. Restore it, or start a new run.';
            throw new InputError('no_input', message);
        }
        if (earlier?.isComplete === true && !platform.isAtHome) return null;
        const lineCount = earlierLines.lines.length.toLocaleString('en-US');
        log.print(`Resuming an earlier run with its list (lines: ${lineCount}); the lists of this input are not read.`);
    }
    const context = { isSandboxHandle, sourceDefaults, earlierLines, signal: lifecycle.stopSignal, clock };
    try {
        const resolved = await resolveInput(input, platform, context);
        log.warn(...resolved.warnings);
        if (!earlierLines) describeGroups(groupProblems(resolved.runLines, resolved.worklist)).forEach(log.print);
        return { input, earlier, resolved };
    } catch (error) {
        if (!lifecycle.reason) throw error;
        // The next container reads the list again.
        if (lifecycle.reason === 'migrating' && platform.isAtHome) await platform.reboot();
        throw new InputError('stopped', 'The run was stopped while its list was being read: nothing was fetched.');
    }
}
