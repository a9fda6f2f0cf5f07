import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { parseSandboxHandle } from '../../../src/sources/sandbox/sandbox-handle.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { startSandboxSite, type SandboxSite } from '../../../src/sources/sandbox/sandbox-site.ts';

describe('a sandbox handle', () => {
    it.each(['example-1', 'not-found-12', 'rate-limited-0'])('accepts %s', (handle) => {
        expect(parseSandboxHandle(handle)).not.toBeNull();
    });

    it.each(['example', 'example-', 'example-x', 'ada-1', 'example-1-2', 'example-1234567890'])(
        'rejects %s',
        (handle) => {
            expect(parseSandboxHandle(handle)).toBeNull();
        },
    );
});

describe('the sandbox', () => {
    let site: SandboxSite;
    beforeAll(async () => {
        site = await startSandboxSite(systemClock);
    });
    afterAll(() => site.close());
    const get = (handle: string) => fetch(`${site.origin}/in/${handle}/`, { redirect: 'manual' });

    it('shows the same person for the same number', async () => {
        const page = await (await get('example-12')).text();
        expect(await (await get('example-12')).text()).toBe(page);
        expect(generatePerson('example-12', { kind: 'example', number: 12 }).fullName).toBe('Femi Farnholt');
    });

    it('shows different people for different numbers', () => {
        const names = Array.from({ length: 50 }, (_, number) =>
            JSON.stringify(generatePerson(`example-${number}`, { kind: 'example', number })),
        );
        expect(new Set(names).size).toBe(50);
    });

    it('serves pages about as large as real ones', async () => {
        expect((await (await get('example-1')).text()).length).toBeGreaterThan(200_000);
    });

    it.each([
        ['not-found-1', 404],
        ['blocked-1', 999],
        ['error-1', 500],
        ['wall-1', 302],
        ['moved-1', 302],
        ['nobody', 404],
    ])('responds to %s with %i', async (handle, status) => {
        expect((await get(handle)).status).toBe(status);
    });

    it('fails only once for handles that fail once', async () => {
        const statuses = async (handle: string) => [(await get(handle)).status, (await get(handle)).status];
        expect(await statuses('flaky-9')).toEqual([503, 200]);
        expect(await statuses('rate-limited-9')).toEqual([429, 200]);
    });
});
