import type { Clock } from '../../enrichment/clock.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import { downloadList } from './lists/link/download.ts';
import { InputError } from '../input-error.ts';
import type { ActorInput } from './input.ts';
import { readLocalFile } from './lists/link/local-file.ts';
import { readLists } from './lists/read-lists.ts';
import type { RunLines } from './lines/run-lines.ts';
import { saveRest } from './lines/saved-lines.ts';
import { isSampleLine, sampleObstacle } from './lines/sample-lines.ts';
import { openProxy, type Proxy } from './proxy/proxy.ts';
import { isPrivateAddress } from './private-address.ts';
import { planSources, type SourceDefaults, type SourcePlan } from './sources.ts';
import type { Platform } from '../platform/platform.ts';
import { readSuppressedUrls } from './suppression-list.ts';
import { buildWorklist, type Obstacle, type Worklist } from './lines/worklist.ts';

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

export type ResolveContext = {
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
 * Resolves everything the input refers to: lists, the suppression list, the proxy. Throws `InputError`; rejects with
 * the signal's reason when it aborts.
 */
export async function resolveInput(
    input: ActorInput,
    platform: Platform,
    { isSandboxHandle, sourceDefaults, earlierLines, signal, clock }: ResolveContext,
): Promise<ResolvedInput> {
    const sources = planSources(input, sourceDefaults);
    const needsProxy = sources.names.includes('public-page') && !input.estimateOnly;
    const runLines = earlierLines ?? (await readLines(input, platform, { signal, clock }));
    const isTest = input.mode === 'test';
    const worklist = buildWorklist(runLines.lines, {
        findObstacle(profileUrl, line) {
            if (isTest) return isSandboxHandle(profileUrl) ? null : sandboxObstacle;
            return isSampleLine(line) ? sampleObstacle : null;
        },
        restCount: runLines.restCount,
    });
    const sampleCount = isTest ? 0 : runLines.lines.filter(({ url }) => isSampleLine(url)).length;
    const warnings = [...runLines.warnings, ...(sampleCount > 0 ? [describeSamples(sampleCount)] : [])];
    if (isTest && worklist.items.length === 0 && worklist.invalid.some(({ kind }) => kind === 'obstacle')) {
        throw new InputError(
            'test_mode_without_sandbox_profiles',
            'These are real profiles, but `mode` is `test`, so nothing was fetched. Set `mode` to `live`.',
        );
    }
    return {
        runLines,
        worklist,
        warnings,
        sampleCount,
        suppressed: await readSuppressedUrls(input, platform.readForeignRecord),
        proxy: needsProxy ? await openProxy(input.proxyConfiguration, platform, warnings) : null,
        sources,
    };
}

const sandboxObstacle: Obstacle = {
    problem: 'This is not a sandbox profile and `mode` is `test`, so it was not fetched.',
    advice: 'Set `mode` to `live` for real profiles.',
};

function describeSamples(count: number): string {
    const lines = count === 1 ? '1 line is a sample' : `${count} lines are samples`;
    return `${lines} of the input form, not fetched in live mode.`;
}

async function readLines(
    input: ActorInput,
    platform: Platform,
    { signal, clock }: Pick<ResolveContext, 'signal' | 'clock'>,
): Promise<RunLines> {
    const isForbidden = platform.isAtHome ? isPrivateAddress : () => false;
    const reading = await readLists(input, {
        download: (address) => downloadList(address, { isForbidden, signal, clock }),
        readFile: platform.isAtHome ? null : readLocalFile,
        openDataset: platform.openForeignDataset,
        signal,
    });
    if (!reading.ok) throw new InputError(reading.code, reading.message);
    const { runLines, rest } = reading;
    return input.estimateOnly ? runLines : { ...runLines, restParts: await saveRest(platform.records, rest) };
}
