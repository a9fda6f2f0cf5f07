import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeClient } from '../../../src/sources/public-page/http/node-client.ts';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { createProxyUrls } from '../../../src/sources/public-page/proxy-urls.ts';
import { startDefendedSite, type DefenceRules } from '../../helpers/sites/defended-site.ts';
import { SteppedClock } from '../../helpers/stepped-clock.ts';

let site: Awaited<ReturnType<typeof startDefendedSite>>;
beforeAll(async () => {
    site = await startDefendedSite((number) =>
        renderPage(generatePerson(`example-${number}`, { kind: 'example', number })),
    );
});
afterAll(() => site.close());

const open: DefenceRules = {
    checksHeaders: true,
    exits: 30,
    pagesPerExit: null,
    windowMs: 600_000,
    pagesPerCookie: null,
    movedOneIn: null,
    latencyMs: 0,
};

it.each<[string, Partial<DefenceRules>]>([
    ['serves eight pages per address', { pagesPerExit: 8 }],
    ['requires its cookie, and serves seven pages per cookie', { pagesPerCookie: 7 }],
    ['redirects one in ten to a country host', { movedOneIn: 10 }],
])('finds all profiles on a site that %s, without a refusal', async (_name, rules) => {
    const clock = new SteppedClock();
    const source = await createPublicPageSource({
        origin: 'https://www.linkedin.com',
        proxy: createProxyUrls({ urls: site.defend({ ...open, ...rules }) }),
        client: createNodeClient({ authorities: site.authority }),
        clock,
    });
    const kinds: string[] = [];
    for (let number = 0; number < 100; number += 1) {
        const signal = new AbortController().signal;
        kinds.push((await source.fetchProfile({ handle: `example-${number}`, timeoutMs: 5000, signal })).kind);
        // Four a second.
        clock.step(250);
    }
    await source.close();
    const { requests, statuses, connections } = site.report();
    expect(kinds.filter((kind) => kind === 'found')).toHaveLength(100);
    expect(statuses['999']).toBeUndefined();
    expect(requests).toBeLessThanOrEqual(110);
    // One per session, and another to the country host where redirected.
    expect(connections).toBeLessThanOrEqual(40);
});
