import { describe, expect, it } from 'vitest';
import { people, usePlatform } from './local/use-platform.ts';

describe.concurrent('the input on the platform', { timeout: 60_000 }, () => {
    const home = usePlatform();
    const { createRun, start, readAccount } = home;
    const errorOf = (run: ReturnType<typeof createRun>) => readAccount(run).output['error'];

    it('can name a suppression list in another store by ID', async () => {
        const store = createRun({ input: null });
        store.records.set('SUPPRESSED_URLS', {
            value: Buffer.from('["linkedin.com/in/example-1"]'),
            contentType: 'application/json',
        });
        const profileUrls = people(2);
        const run = createRun({ input: { profileUrls, suppressionListId: `store-${store.id}` } });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(readAccount(run).output).toMatchObject({ found: 1, not_found: 1 });
    });

    it('is rejected in one sentence when the store does not exist', async () => {
        const run = createRun({ input: { profileUrls: people(1), suppressionListId: 'mistyped' } });
        expect((await start(run).ended).exitCode).toBe(1);
        expect(errorOf(run)).toEqual({
            code: 'unreadable_suppression_list',
            message:
                'The suppression list cannot be read: there is no key-value store `mistyped`. Check `suppressionListId`.',
        });
    });

    it.each([
        ['an API', { sources: ['enrichment-api'], apiKey: 'k', apiBaseUrl: 'http://127.0.0.1:9' }, 'private_address'],
        ['a proxy', { proxyConfiguration: { proxyUrls: ['http://u:canary@127.0.0.1:9'] } }, 'invalid_proxy'],
    ])('may not use %s in the platform’s own network', async (_, input, code) => {
        const run = createRun({ input: { profileUrls: people(1), ...input } });
        const { exitCode, log } = await start(run).ended;
        expect(exitCode).toBe(1);
        expect(errorOf(run)).toMatchObject({ code, message: expect.stringContaining('private') });
        expect(log).not.toContain('canary');
    });

    it('can name the dataset of a run through an integration’s payload', async () => {
        const before = createRun({ input: null });
        const items = people(3).map((handle, id) => ({
            id,
            person: { linkedin: `https://www.linkedin.com/in/${handle}` },
        }));
        before.dataset.push([...items, { id: 3, person: {} }], 100);
        const payload = {
            eventType: 'ACTOR.RUN.SUCCEEDED',
            resource: { id: before.id, defaultDatasetId: before.dataset.id },
        };
        const run = createRun({ input: { payload } });
        expect((await start(run).ended).exitCode).toBe(0);
        expect(readAccount(run).output).toMatchObject({ lines: 3, found: 3, left_out: 1 });
    });

    it('is rejected in one sentence when the dataset does not exist', async () => {
        const run = createRun({ input: { payload: { resource: { defaultDatasetId: 'ds1' } } } });
        expect((await start(run).ended).exitCode).toBe(1);
        expect(errorOf(run)).toEqual({
            code: 'unreadable_list',
            message: 'The dataset `ds1` cannot be read: there is no such dataset. Check `datasetId`.',
        });
    });

    it('may not link a list in the platform’s own network', async () => {
        const requestsFromUrl = `${home.platform.origin}/v2/`;
        const run = createRun({ input: { startUrls: [{ requestsFromUrl }] } });
        expect((await start(run).ended).exitCode).toBe(1);
        expect(errorOf(run)).toMatchObject({ message: `The linked list ${requestsFromUrl} is on a private address.` });
    });
});
