/** What a sandbox handle makes happen, by its first word; README lists them for users. */
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

/** What the address of a sandbox company makes happen, by its first word; every other company is there at once. */
const companyKinds = ['missing', 'wall', 'slow', 'timeout', 'error', 'moved'] as const;
export type SandboxCompanyKind = (typeof companyKinds)[number] | 'there';

export type SandboxHandle = { kind: SandboxKind; number: number };

/** The sandbox's reading of a handle such as `example-12`; null for every other handle. */
export function parseSandboxHandle(handle: string): SandboxHandle | null {
    const match = /^([a-z-]+)-(\d{1,9})$/.exec(handle);
    const kind = sandboxKinds.find((known) => known === match?.[1]);
    return kind && match?.[2] !== undefined ? { kind, number: Number(match[2]) } : null;
}

/** The kind of a company by its slug, such as `wall-3`. */
export function readCompanyKind(slug: string): SandboxCompanyKind {
    return companyKinds.find((kind) => slug.startsWith(`${kind}-`)) ?? 'there';
}
