import { beforeAll, describe, expect, it } from 'vitest';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage, renderWall } from '../../../src/sources/sandbox/render-page.ts';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { runActor, type ActorRunResult } from '../../helpers/runs/run-actor.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../helpers/sites/scripted-server.ts';

const pageOf = (number: number, kind: 'example' | 'masked' = 'example') =>
    renderPage(generatePerson(`person-${number}`, { kind, number }));
const wrongPage =
    '<html><head><meta name="pageKey" content="d_homepage-guest-home"></head><body><main></main></body></html>';

/** The first response, then the second for ever. */
function first(one: Behaviour, then: Behaviour): Behaviour {
    let isAsked = false;
    return (response, request) => {
        (isAsked ? then : one)(response, request);
        isAsked = true;
    };
}

/** Responses by handle, with the expected row. */
const answers: Record<string, [Behaviour, string]> = {
    full: [html(pageOf(1)), 'success'],
    masked: [html(pageOf(2, 'masked')), 'success'],
    gone: [html('', 404), 'not_found'],
    'gone-with-words': [html('<title>Profile Not Found | LinkedIn</title>'), 'not_found'],
    'gone-elsewhere': [redirect('/404/'), 'not_found'],
    refused: [html('<script>location="/authwall"</script>', 999), 'upstream_error'],
    'refused-once': [first(html('', 999), html(pageOf(3))), 'success'],
    'wall-page': [html(renderWall()), 'upstream_error'],
    'wall-redirect': [redirect('/authwall?trk=x'), 'upstream_error'],
    'another-page': [html(wrongPage), 'upstream_error'],
    'slow-down': [first(html('', 429, { 'retry-after': '1' }), html(pageOf(4))), 'success'],
    'slow-down-for-ever': [html('', 429), 'rate_limit_exceeded'],
    renamed: [redirect('/in/new-name/'), 'success'],
    broken: [html('oops', 502), 'upstream_error'],
    'cut-off': [
        (response) =>
            void response
                .writeHead(200, { 'content-type': 'text/html', 'content-length': 400_000 })
                .write(pageOf(5).slice(0, 20_000), () => response.destroy()),
        'upstream_error',
    ],
    reset: [(response) => void response.socket?.resetAndDestroy(), 'upstream_error'],
    hanging: [() => {}, 'upstream_timeout'],
    'hanging-midway': [
        (response) => void response.writeHead(200, { 'content-type': 'text/html' }).write(pageOf(6).slice(0, 20_000)),
        'upstream_timeout',
    ],
    'not-html': [html('{}', 200, { 'content-type': 'application/json' }), 'upstream_error'],
    'off-site': [redirect('http://127.0.0.2:9/in/elsewhere/'), 'upstream_error'],
};

/** `meta.cause` of the failures. */
const causes = {
    refused: 'blocked',
    'wall-page': 'wall',
    'wall-redirect': 'wall',
    'another-page': 'other_page',
    'slow-down-for-ever': 'rate_limited',
    broken: 'server_error',
    'cut-off': 'no_connection',
    reset: 'no_connection',
    hanging: 'timeout',
    'hanging-midway': 'timeout',
    'not-html': 'unreadable',
    'off-site': 'other_page',
};

describe('a live run on a site with every kind of response', () => {
    let result: ActorRunResult;
    beforeAll(async () => {
        const behaviours = Object.fromEntries(
            Object.entries(answers).map(([handle, [behave]]) => [`/in/${handle}/`, behave]),
        );
        const server = await startScriptedServer({
            ...behaviours,
            '/in/new-name/': html(renderPage(generatePerson('new-name', { kind: 'example', number: 7 }))),
            '/authwall?trk=x': html(renderWall()),
        });
        result = await runActor(
            {
                profileUrls: Object.keys(answers).map((handle) => `linkedin.com/in/${handle}`),
                maxRequestsPerSecond: 100,
                maxAttempts: 2,
                timeoutSecs: 3,
            },
            { env: { PUBLIC_PAGE_ORIGIN: server.origin } },
        );
        await server.close();
    }, 60_000);

    it.each(Object.entries(answers).map(([handle, [, outcome]]) => [handle, outcome]))(
        'says of %s: %s',
        (handle, outcome) => {
            const row = result.rows.find(({ url }) => url === `linkedin.com/in/${handle}`);
            expect(row?.status === 'error' ? row.code : row?.status).toBe(outcome);
        },
    );

    it('answers every line once, and charges only what it found', () => {
        expect(result.exitCode).toBe(0);
        expect(result.rows).toHaveLength(Object.keys(answers).length);
        expect(result.output).toMatchObject({ found: 5, not_found: 3, errors: 12, remaining: 0 });
        expectTruth(result);
    });

    it('has a readable message for every error, with nothing from the page', () => {
        const messages = result.rows.flatMap((row) => (row.status === 'error' ? [row.message] : []));
        for (const message of messages) expect(message).toMatch(/^(?:LinkedIn|The connection to) .*\. Try again later/);
    });

    it.each(Object.entries(causes))('states the cause for %s: %s', (handle, cause) => {
        const row = result.rows.find(({ url }) => url === `linkedin.com/in/${handle}`);
        expect(row?.meta.cause).toBe(cause);
    });

    it('states no cause where nothing failed', () => {
        for (const row of result.rows.filter(({ status }) => status !== 'error'))
            expect(row.meta).not.toHaveProperty('cause');
    });

    it('has the new address of a renamed profile', () => {
        expect(result.rows.find(({ url }) => url.endsWith('/renamed'))?.canonical_url).toBe(
            'https://www.linkedin.com/in/new-name/',
        );
    });
});
