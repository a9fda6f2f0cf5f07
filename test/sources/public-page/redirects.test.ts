import { afterEach, describe, expect, it } from 'vitest';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../helpers/sites/scripted-server.ts';

const handle = 'ada-example';
const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Requests a profile from a server scripted by host and path; returns the requests it received. */
async function askHosts(pages: Record<string, Behaviour>, times = 1) {
    const seen: Array<{ address: string; cookie: string | undefined }> = [];
    const answer: Behaviour = (response, request) => {
        const host = request.headers.host?.includes('linkedin') ? request.headers.host : 'www.linkedin.com';
        const address = `${host}${request.url}`;
        seen.push({ address, cookie: request.headers.cookie });
        (pages[address] ?? html('', 404))(response, request);
    };
    const server = await startScriptedServer({}, answer);
    const source = await createPublicPageSource({ origin: server.origin, proxy: null, clock: systemClock });
    cleanUps.push(
        () => server.close(),
        () => source.close(),
    );
    const outcomes = [];
    for (let turn = 0; turn < times; turn += 1) {
        const signal = new AbortController().signal;
        outcomes.push(await source.fetchProfile({ handle, timeoutMs: 5000, signal }));
    }
    return { outcome: outcomes[0], seen, addresses: seen.map(({ address }) => address) };
}

const setCookies =
    (location: string, cookies: string[]): Behaviour =>
    (response) =>
        response.writeHead(302, { location, 'set-cookie': cookies }).end();

describe('a redirect', () => {
    const moved = html(renderPage(generatePerson('ada-new', { kind: 'example', number: 5 })));

    it('to another handle is followed, as for a renamed profile', async () => {
        const { outcome } = await askHosts({
            'www.linkedin.com/in/ada-example/': redirect('/in/ada-new/'),
            'www.linkedin.com/in/ada-new/': moved,
        });
        expect(outcome).toMatchObject({ kind: 'found', handle: 'ada-new' });
    });

    it.each(['de.linkedin.com', 'linkedin.cn', 'www.linkedin.cn', 'm.linkedin.com', 'linkedin.com'])(
        'to %s is followed, with its query',
        async (host) => {
            const { outcome, addresses } = await askHosts({
                'www.linkedin.com/in/ada-example/': redirect(`https://${host}/in/ada-new?trk=x&original=y#part`),
                [`${host}/in/ada-new?trk=x&original=y`]: moved,
            });
            expect(outcome).toMatchObject({ kind: 'found', handle: 'ada-new' });
            expect(addresses).toEqual(['www.linkedin.com/in/ada-example/', `${host}/in/ada-new?trk=x&original=y`]);
        },
    );

    it('within a country host stays on that host', async () => {
        const { addresses } = await askHosts({
            'www.linkedin.com/in/ada-example/': redirect('https://de.linkedin.com/in/ada-example'),
            'de.linkedin.com/in/ada-example': redirect('/in/ada-new'),
            'de.linkedin.com/in/ada-new': moved,
        });
        expect(addresses.at(-1)).toBe('de.linkedin.com/in/ada-new');
    });

    it('to plain HTTP is requested over TLS', async () => {
        const { addresses } = await askHosts({
            'www.linkedin.com/in/ada-example/': redirect('http://de.linkedin.com/in/ada-new'),
            'de.linkedin.com/in/ada-new': moved,
        });
        expect(addresses.at(-1)).toBe('de.linkedin.com/in/ada-new');
    });

    it('back to itself with a cookie is followed with the cookie', async () => {
        const { outcome, seen } = await askHosts({
            'www.linkedin.com/in/ada-example/': (response, request) =>
                request.headers.cookie === 'guest=1'
                    ? moved(response, request)
                    : setCookies('/in/ada-example/', ['guest=1; Path=/'])(response, request),
        });
        expect(outcome).toMatchObject({ kind: 'found' });
        expect(seen.map(({ cookie }) => cookie)).toEqual([undefined, 'guest=1']);
    });

    it('sends the cookies of its target', async () => {
        const { seen } = await askHosts({
            'www.linkedin.com/in/ada-example/': setCookies('https://de.linkedin.com/in/ada-example', [
                'everywhere=1; Domain=.linkedin.com; Path=/; Secure',
                'here=2; Path=/',
                'elsewhere=3; Domain=example.com; Path=/',
            ]),
            'de.linkedin.com/in/ada-example': moved,
        });
        expect(seen.at(-1)?.cookie).toBe('everywhere=1');
    });

    it.each([
        ['to itself', { 'www.linkedin.com/in/ada-example/': redirect('/in/ada-example/') }],
        [
            'to itself, with another cookie each time',
            {
                'www.linkedin.com/in/ada-example/': (response, request) =>
                    setCookies('/in/ada-example/', [`turn=${request.headers.cookie?.length ?? 0}x; Path=/`])(
                        response,
                        request,
                    ),
            } satisfies Record<string, Behaviour>,
        ],
        [
            'to a country host and back',
            {
                'www.linkedin.com/in/ada-example/': redirect('https://de.linkedin.com/in/ada-example/'),
                'de.linkedin.com/in/ada-example/': redirect('https://www.linkedin.com/in/ada-example/'),
            },
        ],
    ])('in a loop ends after three requests, as a refusal (%s)', async (_name, pages) => {
        const { outcome, addresses } = await askHosts(pages);
        expect(outcome).toMatchObject({ cause: 'redirect_loop', isRefusal: true, isRetryable: true });
        expect(addresses).toHaveLength(3);
    });

    it('is followed up to five times', async () => {
        const pages = Object.fromEntries(
            Array.from({ length: 9 }, (_, place) => [
                `www.linkedin.com/in/ada-example/${place > 0 ? `?turn=${place}` : ''}`,
                redirect(`/in/ada-example/?turn=${place + 1}`),
            ]),
        );
        const { outcome, addresses } = await askHosts(pages);
        expect(outcome).toMatchObject({ cause: 'redirect_loop' });
        expect(addresses).toHaveLength(6);
    });
});

describe('cookies', () => {
    it('of an account are neither stored nor sent', async () => {
        const { seen } = await askHosts({
            'www.linkedin.com/in/ada-example/': setCookies('/in/ada-new/', [
                'li_at=secret; Path=/',
                ' LIAP=true; Path=/',
                'bcookie=guest; Path=/',
                'li_at_like=fine; Path=/',
            ]),
        });
        expect(seen.at(-1)?.cookie).toBe('bcookie=guest; li_at_like=fine');
    });

    it('are not shared between sessions', async () => {
        let visits = 0;
        const { seen } = await askHosts(
            {
                'www.linkedin.com/in/ada-example/': (response) => {
                    visits += 1;
                    response.writeHead(404, { 'set-cookie': `visit=${visits}; Path=/` }).end();
                },
            },
            100,
        );
        const sent = seen.map(({ cookie }) => cookie ?? '');
        // Each session got one cookie, and sends the last it got.
        expect(new Set(sent).size).toBe(sent.length - sent.filter((cookie) => cookie === '').length + 1);
        expect(sent.every((cookie) => /^(?:visit=\d+)?$/.test(cookie))).toBe(true);
    });
});
