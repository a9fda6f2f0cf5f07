import type { ProfileUrl } from '../enrichment/profile-url.ts';
import { fetchList } from './fetch-list.ts';
import { InputError } from './input-error.ts';
import type { ActorInput } from './input.ts';
import { readInputLines } from './input-lines.ts';
import { openProxy, type Proxy } from './open-proxy.ts';
import type { Platform } from './platform.ts';
import { readSuppressedUrls } from './suppression.ts';
import { buildWorklist, type Worklist } from './worklist.ts';

export type ResolvedInput = {
    worklist: Worklist & { lines: string[] };
    /** Canonical URLs of people never to be fetched or stored. */
    suppressed: ReadonlySet<string>;
    proxy: Proxy | null;
};

/**
 * Everything the input points to, read: linked lists, the suppression list, the proxy. A restart works on the lines of
 * the first start. Throws `InputError`.
 */
export async function resolveInput(
    input: ActorInput,
    platform: Platform,
    { isSandboxHandle }: { isSandboxHandle: (profileUrl: ProfileUrl) => boolean },
    earlierLines: string[] | null,
): Promise<ResolvedInput> {
    const lines = earlierLines ?? (await readLines(input, platform));
    const isTest = input.mode === 'test';
    const worklist = buildWorklist(lines, (profileUrl) =>
        isTest && !isSandboxHandle(profileUrl)
            ? 'This is a real profile, but `mode` is `test`: it was not fetched. Set `mode` to `live`.'
            : null,
    );
    const hasValidLine =
        worklist.items.length > 0 || worklist.invalid.some(({ reason }) => reason.includes('`mode` is `test`'));
    if (isTest && worklist.items.length === 0 && hasValidLine) {
        throw new InputError(
            'test_mode_without_sandbox_profiles',
            'These are real profiles, but `mode` is `test`: nothing was fetched. Set `mode` to `live`.',
        );
    }
    return {
        worklist: { ...worklist, lines },
        suppressed: await readSuppressedUrls(input, (storeId, key) => platform.readRecordOf(storeId, key)),
        proxy: input.mode === 'test' ? null : await openProxy(input.proxyConfiguration, platform),
    };
}

async function readLines(input: ActorInput, platform: Platform): Promise<string[]> {
    const reading = await readInputLines(input, (address) => fetchList(address, { allowLoopback: !platform.isAtHome }));
    if (!reading.ok) throw new InputError(reading.code, reading.message);
    return reading.lines;
}
