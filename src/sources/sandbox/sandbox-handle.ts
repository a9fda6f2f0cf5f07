/** The first word of a sandbox handle, which selects the outcome; the README lists them for users. */
export const sandboxKinds = [
    'example',
    'not-found',
    'wall',
    'blocked',
    'rate-limited',
    'flaky',
    'error',
    'slow',
    'timeout',
    'moved',
    'bare',
    'masked',
    'unknown',
    'unicode',
    'changed',
    'huge',
    'at-missing',
    'at-wall',
    'at-slow',
    'at-timeout',
    'at-error',
    'at-moved',
] as const;
export type SandboxKind = (typeof sandboxKinds)[number];

export type SandboxHandle = { kind: SandboxKind; number: number };

/** Parses a sandbox handle such as `example-12`; null for every other handle. */
export function parseSandboxHandle(handle: string): SandboxHandle | null {
    const match = /^([a-z-]+)-(\d{1,9})$/.exec(handle);
    const kind = sandboxKinds.find((known) => known === match?.[1]);
    return kind && match?.[2] !== undefined ? { kind, number: Number(match[2]) } : null;
}
