import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runActor } from '../../helpers/runs/run-actor.ts';
import { html, startScriptedServer, type Behaviour } from '../../helpers/sites/scripted-server.ts';

/** Aborts when the list is requested. */
let onHangingList = () => {};
const lists: Record<string, Behaviour> = {
    '/list.csv': html('name,LinkedIn\nA,https://www.linkedin.com/in/one\nB,https://www.linkedin.com/in/two\nC,\n'),
    '/column.csv': html('linkedin\nhttps://www.linkedin.com/in/three\n'),
    '/hangs.csv': () => onHangingList(),
};
let server: Awaited<ReturnType<typeof startScriptedServer>>;
beforeAll(async () => {
    server = await startScriptedServer(lists);
});
afterAll(() => server.close());

describe('a live run', () => {
    it('reads linked lists and fetches each profile once from the configured origin', async () => {
        const startUrls = ['list', 'column'].map((name) => ({ requestsFromUrl: `${server.origin}/${name}.csv` }));
        const env = { PUBLIC_PAGE_ORIGIN: server.origin };
        const proxyConfiguration = { useApifyProxy: false };
        const result = await runActor({ startUrls, proxyConfiguration, maxRequestsPerSecond: 50 }, { env });
        const pages = server.asked.filter((path) => path.startsWith('/in/'));
        expect(pages.toSorted((one, other) => one.localeCompare(other))).toEqual([
            '/in/one/',
            '/in/three/',
            '/in/two/',
        ]);
        expect(result.output).toMatchObject({ lines: 3, not_found: 3 });
        expect(result.output.warnings).toEqual([
            `The linked list ${server.origin}/list.csv: 1 row holds no LinkedIn address and was left out.`,
        ]);
        expect(result.log).toContain(result.output.warnings[0]);
    });

    it.each(['node', 'got-scraping', 'impit'])('uses %s from the bundle', async (client) => {
        const env = { PUBLIC_PAGE_ORIGIN: server.origin, HTTP_CLIENT: client };
        const input = {
            profileUrls: ['https://www.linkedin.com/in/four'],
            proxyConfiguration: { useApifyProxy: false },
        };
        const { output } = await runActor(input, { env });
        expect(output).toMatchObject({ not_found: 1, requests: { by_client: [{ client, answered: 1 }] } });
    });

    it('ends at once on Ctrl-C while a linked list hangs', async () => {
        const startUrls = [{ requestsFromUrl: `${server.origin}/hangs.csv` }];
        const result = await runActor(
            { startUrls },
            {
                onSpawn: (kill) => {
                    onHangingList = () => kill('SIGINT');
                },
            },
        );
        expect(result.exitCode).toBe(1);
        expect(result.output.error).toEqual({
            code: 'stopped',
            message: 'The run was stopped while its list was being read: nothing was fetched.',
        });
    });
});
