import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApifyClient } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { readByHandle, readFirstByStatus, readValidated, type Item } from '../callers/readers.ts';
import { addressOf, usePlatform } from './local/use-platform.ts';

const curl = promisify(execFile);

describe.concurrent('programs that request one URL and wait, on the platform', { timeout: 60_000 }, () => {
    const host = usePlatform();

    /** Runs one URL; returns the container's end and what the client library and curl read. */
    async function call(handle: string, input: object = {}, timeoutMs = 55_000) {
        const run = host.createRun({
            input: { profileUrls: [addressOf(handle)], includeCompanyDetails: false, ...input },
        });
        run.startedAt = Date.now();
        run.timeoutAt = run.startedAt + timeoutMs;
        const { exitCode } = await host.start(run, { ACTOR_MEMORY_MBYTES: '256' }).ended;
        const { origin } = host.platform;
        const client = new ApifyClient({ baseUrl: origin, token: 'local-platform-token' });
        const { items } = await client.dataset(run.dataset.id).listItems();
        const { stdout } = await curl('curl', [
            '--silent',
            '--header',
            'Authorization: Bearer local-platform-token',
            `${origin}/v2/datasets/${run.dataset.id}/items`,
        ]);
        const byCurl = JSON.parse(stdout) as Item[];
        expect(byCurl).toEqual(items);
        return { exitCode, items: byCurl };
    }

    it('get a profile', async () => {
        const { exitCode, items } = await call('example-7', { profiles: [addressOf('example-7')], maxItems: 1 });
        expect([exitCode, items.length]).toEqual([0, 1]);
        expect(readFirstByStatus(items)).toMatchObject({ person: { name: expect.any(String) } });
        expect(readValidated(items)).toMatchObject({ person: { id: 'example-7' } });
        expect(readByHandle(items, 'example-7')).toHaveProperty('person');
    });

    it.each([
        ['wall-7', 'upstream_error'],
        ['blocked-7', 'upstream_error'],
        ['timeout-7', 'upstream_timeout'],
    ])('get one row with the outcome of %s', async (handle, kind) => {
        const { exitCode, items } = await call(handle, { maxItems: 1 }, 20_000);
        expect([exitCode, items.length]).toEqual([0, 1]);
        expect(readFirstByStatus(items)).toEqual({ failure: expect.stringMatching(/^LinkedIn /), kind });
        expect(readValidated(items)).toMatchObject({ kind });
    });

    it('get one row for a missing profile, and one for an invalid line', async () => {
        expect(readFirstByStatus((await call('not-found-7')).items)).toBe('not_found');
        const { items } = await call('x', { profileUrls: ['https://www.linkedin.com/company/acme'] });
        expect(readValidated(items)).toMatchObject({ kind: 'validation_failed' });
    });
});
