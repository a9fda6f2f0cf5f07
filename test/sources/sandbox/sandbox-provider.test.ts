import { describe, expect, it } from 'vitest';
import { sandboxKinds } from '../../../src/sources/sandbox/sandbox-handle.ts';
import { createSandboxProvider } from '../../../src/sources/sandbox/sandbox-provider.ts';
import { createSandboxSource } from '../../../src/sources/sandbox/sandbox-site.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const signal = new AbortController().signal;
const ask = (handle: string) => createSandboxProvider().fetchProfile({ handle, timeoutMs: 10_000, signal });

describe("the sandbox's provider", () => {
    it('returns the complete profile of the page with the same number', async () => {
        const page = await createSandboxSource(systemClock);
        const shown = await page.fetchProfile({ handle: 'example-7', timeoutMs: 10_000, signal });
        await page.close();
        if (shown.kind !== 'found') throw new Error('the sandbox has no profile');
        expect(await ask('example-7')).toEqual({ ...shown, dataAsOf: '2026-06-01' });
        expect(await ask('masked-7')).toEqual({
            ...shown,
            handle: 'masked-7',
            profile: {
                ...shown.profile,
                identifier: 'masked-7',
                picture_url: shown.profile.picture_url?.replace('example-7', 'masked-7'),
            },
            dataAsOf: '2026-06-01',
        });
    });

    it.each(sandboxKinds.filter((kind) => kind !== 'example' && kind !== 'masked'))(
        'reports not found for %s-7',
        async (kind) => {
            expect(await ask(`${kind}-7`)).toEqual({ kind: 'not_found' });
        },
    );

    it('reports not found for real handles', async () => {
        expect(await ask('ada-exemplar')).toEqual({ kind: 'not_found' });
    });

    it('has the limits of a provider, and counts lookups', async () => {
        const source = createSandboxProvider();
        expect(source.provider).toMatchObject({ maxInFlight: 10, limits: { isTimeWhole: true } });
        let sent = 0;
        await source.fetchProfile({ handle: 'unknown-7', timeoutMs: 10_000, signal, onSent: () => void (sent += 1) });
        expect(sent).toBe(1);
    });

    it('aborts with the run', async () => {
        const run = AbortSignal.abort(new Error('the run is ending'));
        const asked = createSandboxProvider().fetchProfile({ handle: 'example-7', timeoutMs: 10_000, signal: run });
        await expect(asked).rejects.toThrow('the run is ending');
    });
});
