import type { Clock } from '../../enrichment/clock.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import { InputError } from '../input-error.ts';
import type { Log } from '../log.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Platform } from '../platform/platform.ts';
import { readRunState, type RunState } from '../platform/run-state.ts';
import { describeGroups, groupProblems } from './describe-problems.ts';
import { parseInput, type ActorInput } from './input.ts';
import type { RunLines } from './lines/run-lines.ts';
import { readRunLines, saveRest } from './lines/saved-lines.ts';
import { buildWorklist, type Obstacle, type Worklist } from './lines/worklist.ts';
import { downloadList, readLocalFile } from './lists/list-file.ts';
import { readLists } from './lists/read-lists.ts';
import { isPrivateAddress } from './private-address.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { planSources, type SourceDefaults, type SourcePlan } from './sources.ts';
import { readSuppressedUrls } from './suppression-list.ts';

export type LoadedInput = {
    input: ActorInput;
    /** The state of an earlier start; null on the first start. */
    earlier: RunState | null;
    resolved: ResolvedInput;
};

export type ResolvedInput = {
    runLines: RunLines;
    worklist: Worklist;
    /** Warnings about how the lists were read, and about the proxy. */
    warnings: string[];
    /** Number of lines that are samples of the form, which live runs do not fetch. */
    sampleCount: number;
    /** Canonical URLs never to be fetched or stored. */
    suppressed: ReadonlySet<string>;
    proxy: Proxy | null;
    sources: SourcePlan;
};

type ResolveContext = {
    isSandboxHandle: (profileUrl: ProfileUrl) => boolean;
    /** The operator's defaults. */
    sourceDefaults: SourceDefaults;
    /** The lines of the first start, which a restart continues; null on the first start. */
    earlierLines: RunLines | null;
    /** Aborts reading. */
    signal: AbortSignal;
    clock: Clock;
};

/**
 * Reads the run's input with everything it refers to, or the list of the start that is resumed. Resolves to null when a
 * resumed local run is already complete. Throws `InputError`.
 */
export async function loadInput(
    platform: Platform,
    lifecycle: Lifecycle,
    { log, ...context }: Omit<ResolveContext, 'earlierLines' | 'signal'> & { log: Log },
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
    try {
        const signal = lifecycle.stopSignal;
        const resolved = await resolveInput(input, platform, { ...context, earlierLines, signal });
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

/**
 * Resolves everything the input refers to: lists, the suppression list, the proxy. Throws `InputError`; rejects with
 * the signal's reason when it aborts.
 */
export async function resolveInput(
    input: ActorInput,
    platform: Platform,
    { isSandboxHandle, sourceDefaults, earlierLines, signal, clock }: ResolveContext,
): Promise<ResolvedInput> {
    const sources = planSources(input, sourceDefaults);
    const runLines = earlierLines ?? (await readLines(input, platform, { signal, clock }));
    const isTest = input.mode === 'test';
    const worklist = buildWorklist(runLines.lines, {
        findObstacle(profileUrl, line) {
            if (isTest) return isSandboxHandle(profileUrl) ? null : sandboxObstacle;
            return isSampleLine(line) ? sampleObstacle : null;
        },
        restCount: runLines.restCount,
    });
    if (isTest && worklist.items.length === 0 && worklist.invalid.some(({ kind }) => kind === 'obstacle')) {
        throw new InputError(
            'test_mode_without_sandbox_profiles',
            'These are real profiles, but `mode` is `test`, so nothing was fetched. Set `mode` to `live`.',
        );
    }
    const sampleCount = isTest ? 0 : runLines.lines.filter(({ url }) => isSampleLine(url)).length;
    const warnings = [...runLines.warnings];
    if (sampleCount > 0) {
        const samples = sampleCount === 1 ? '1 line is a sample' : `${sampleCount} lines are samples`;
        warnings.push(`${samples} of the input form, not fetched in live mode.`);
    }
    const suppressed = await readSuppressedUrls(input, platform.readForeignRecord);
    const needsProxy = sources.names.includes('public-page') && !input.estimateOnly;
    const proxy = needsProxy ? await openProxy(input.proxyConfiguration, platform, warnings) : null;
    return { runLines, worklist, warnings, sampleCount, suppressed, proxy, sources };
}

async function readLines(
    input: ActorInput,
    platform: Platform,
    { signal, clock }: Pick<ResolveContext, 'signal' | 'clock'>,
): Promise<RunLines> {
    const isForbidden = platform.isAtHome ? isPrivateAddress : () => false;
    const { runLines, rest } = await readLists(input, {
        download: (address) => downloadList(address, { isForbidden, signal, clock }),
        readFile: platform.isAtHome ? null : readLocalFile,
        openDataset: platform.openForeignDataset,
        signal,
    });
    return input.estimateOnly ? runLines : { ...runLines, restParts: await saveRest(platform.records, rest) };
}

const sandboxObstacle: Obstacle = {
    problem: 'This is not a sandbox profile and `mode` is `test`, so it was not fetched.',
    advice: 'Set `mode` to `live` for real profiles.',
};
const sampleObstacle: Obstacle = {
    problem: 'This is a sample of the input form, which is not fetched in live mode.',
    advice: 'Replace it with your own profiles, or set `mode` to `test` to try the samples.',
};

/** The lines the input form is prefilled with; a test compares them with INPUT_SCHEMA.json. */
export const sampleLines = [
    'https://www.linkedin.com/in/example-1/',
    'https://www.linkedin.com/in/example-2/',
    'https://www.linkedin.com/in/example-3/',
    'https://www.linkedin.com/in/not-found-1/',
    'https://www.linkedin.com/in/masked-1/',
    'https://www.linkedin.com/in/bare-1/',
    'https://www.linkedin.com/in/unicode-1/',
    'https://www.linkedin.com/in/moved-1/',
    'https://www.linkedin.com/in/flaky-1/',
];

/**
 * Whether a line is exactly a sample of the form. Left in by a tool that cannot empty a list, it is not a real request,
 * and in live mode could be somebody's address.
 */
function isSampleLine(line: string): boolean {
    return sampleLines.includes(line.trim());
}
