import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceOutcome, SourceRequest } from '../../../src/enrichment/source.ts';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage, renderWall } from '../../../src/sources/sandbox/render-page.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../helpers/sites/scripted-server.ts';

const { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } = zlib;
const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Buffer };
const handle = 'ada-example';
const page = renderPage(generatePerson(handle, { kind: 'example', number: 4 }));
const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function ask(
    behaviours: Record<string, Behaviour>,
    request: Partial<SourceRequest> = {},
): Promise<{ outcome: SourceOutcome; asked: string[]; origin: string }> {
    const server = await startScriptedServer(behaviours);
    const source = await createPublicPageSource({ origin: server.origin, proxy: null, clock: systemClock });
    cleanUps.push(
        () => server.close(),
        () => source.close(),
    );
    const outcome = await source.fetchProfile({
        handle,
        timeoutMs: 5000,
        signal: new AbortController().signal,
        ...request,
    });
    return { outcome, asked: server.asked, origin: server.origin };
}

const askPage = (behaviour: Behaviour, request: Partial<SourceRequest> = {}) =>
    ask({ '/in/ada-example/': behaviour }, request);
const otherPage = (head: string) =>
    html(`<!DOCTYPE html><html><head>${head}</head><body><main><h1>Hello</h1></main></body></html>`);

describe('found', () => {
    it('reads the page', async () => {
        const { outcome } = await askPage(html(page));
        expect(outcome).toMatchObject({
            kind: 'found',
            handle,
            profile: { full_name: expect.any(String) },
            unreadSections: [],
        });
    });

    it.each<[string, string, (text: string) => Buffer]>([
        ['gzip', 'gzip', gzipSync],
        ['gzip in capitals', 'GZIP', gzipSync],
        ['gzip under its old name', 'x-gzip', gzipSync],
        ['gzip without a checksum', 'gzip', (text) => gzipSync(text).subarray(0, -8)],
        ['deflate', 'deflate', deflateSync],
        ['deflate without a header', 'deflate', deflateRawSync],
        ['Brotli', 'br', brotliCompressSync],
        ['no compression', 'identity', (text) => Buffer.from(text)],
        ...(zstdCompressSync ? [['Zstandard', 'zstd', zstdCompressSync] as [string, string, typeof gzipSync]] : []),
    ])('reads a page in %s', async (_name, encoding, compress) => {
        const { outcome } = await askPage((response) =>
            response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': encoding }).end(compress(page)),
        );
        expect(outcome.kind).toBe('found');
    });

    it('reports when a request was sent, and waits for the pacer before it follows a redirect', async () => {
        const events: string[] = [];
        const { outcome } = await ask(
            {
                '/in/ada-example/': redirect('/in/ada-new/'),
                '/in/ada-new/': (response, request) => {
                    events.push('asked');
                    html(page)(response, request);
                },
            },
            { onSent: () => events.push('sent'), awaitTurn: async () => events.push('turn') * 5000 },
        );
        expect(outcome.kind).toBe('found');
        expect(events.filter((event) => event !== 'asked')).toEqual(['sent', 'turn', 'sent']);
        expect(events.indexOf('turn')).toBeLessThan(events.indexOf('asked'));
    });

    it('reuses the connection for the next page', async () => {
        const server = await startScriptedServer({ '/in/ada-example/': html(page), '/in/bob-example/': html(page) });
        const source = await createPublicPageSource({ origin: server.origin, proxy: null, clock: systemClock });
        cleanUps.push(
            () => server.close(),
            () => source.close(),
        );
        for (const name of ['ada-example', 'bob-example', 'ada-example']) {
            const request = { handle: name, timeoutMs: 5000, signal: new AbortController().signal };
            expect((await source.fetchProfile(request)).kind).toBe('found');
        }
        expect(server.connections()).toBe(1);
    });
});

describe('not found', () => {
    it.each([
        ['status 404', html('gone', 404)],
        ['a redirect to /404/', redirect('/404/')],
        ['the title "Profile Not Found"', otherPage('<title>Profile Not Found | LinkedIn</title>')],
    ])('%s', async (_name, behaviour) => {
        expect((await askPage(behaviour)).outcome).toEqual({ kind: 'not_found' });
    });

    it('a person without a visible name', async () => {
        const hidden = generatePerson(handle, { kind: 'bare', number: 1 });
        const { outcome } = await askPage(html(renderPage({ ...hidden, fullName: 'LinkedIn Member' })));
        expect(outcome).toEqual({ kind: 'not_found' });
    });
});

describe('refused', () => {
    it.each([
        ['status 999', html('<script>location="/authwall"</script>', 999), 'blocked'],
        ['status 403', html('no', 403), 'blocked'],
        ['a redirect to the wall', redirect('/authwall?trk=x'), 'wall'],
        ['a redirect to sign in', redirect('/uas/login?session_redirect=x'), 'wall'],
        ['a redirect to sign up', redirect('https://www.linkedin.com/signup/cold-join'), 'wall'],
        ['a challenge', redirect('/checkpoint/challenge/x'), 'wall'],
        ['a wall at the URL of the profile', html(renderWall()), 'wall'],
        ['a sign-up page', otherPage('<meta name="pageKey" content="x"><title>Sign Up | LinkedIn</title>'), 'wall'],
        ['the home page', otherPage('<meta name="pageKey" content="d_homepage-guest-home">'), 'other_page'],
        ['a company page', otherPage('<meta name="pageKey" content="d_org_guest_company_overview">'), 'other_page'],
        ['a redirect to the home page', redirect('/'), 'other_page'],
    ])('%s is a refusal, and retryable with another session', async (_name, behaviour, cause) => {
        expect((await askPage(behaviour)).outcome).toMatchObject({
            kind: 'failed',
            code: 'upstream_error',
            cause,
            isRefusal: true,
            isRetryable: true,
        });
    });

    it('pauses the machine’s own address after a challenge', async () => {
        const { outcome } = await askPage(redirect('/checkpoint/challenge/x'));
        expect(outcome).toMatchObject({ pause: { ms: 15_000, scope: 'queue' } });
    });

    it.each([
        ['with Retry-After', { 'retry-after': '7' }, 7000],
        ['without Retry-After', {}, 5000],
    ])('pauses the machine’s own address after a 429 %s', async (_name, headers, ms) => {
        const { outcome } = await askPage(html('slow', 429, headers));
        expect(outcome).toMatchObject({
            code: 'rate_limit_exceeded',
            cause: 'rate_limited',
            isRefusal: true,
            pause: { ms, scope: 'queue' },
        });
    });

    it('delays only this profile after a 503 with Retry-After', async () => {
        const { outcome } = await askPage(html('busy', 503, { 'retry-after': '25' }));
        expect(outcome).toMatchObject({ cause: 'server_error', isRefusal: false, pause: { ms: 25_000, scope: 'url' } });
    });

    it('a server that is down is a refusal, and is named', async () => {
        const source = await createPublicPageSource({ origin: 'http://127.0.0.1:1', proxy: null, clock: systemClock });
        cleanUps.push(() => source.close());
        const outcome = await source.fetchProfile({ handle, timeoutMs: 5000, signal: new AbortController().signal });
        expect(outcome).toMatchObject({ cause: 'no_connection', isRefusal: true, peer: '127.0.0.1:1' });
    });
});

describe('broken', () => {
    it.each<[string, Behaviour, string]>([
        ['status 500', html('error', 500), 'server_error'],
        ['status 503', html('error', 503), 'server_error'],
        [
            'a response that is not HTML',
            (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
            'unreadable',
        ],
        ['a reset', (response) => void response.destroy(), 'no_connection'],
        [
            'a page truncated by the connection',
            (response) => {
                response.writeHead(200, {
                    'content-type': 'text/html',
                    'content-length': String(Buffer.byteLength(page)),
                });
                response.write(page.slice(0, 50_000), () => response.destroy());
            },
            'no_connection',
        ],
        ['a page that ends before </main>', html(page.slice(0, page.indexOf('</main>') - 100)), 'unreadable'],
        ['a page without a name', html(page.replace(/<h1.*?<\/h1>/, '')), 'unreadable'],
        ['an empty page', html(''), 'unreadable'],
    ])('%s is retryable and not a refusal', async (_name, behaviour, cause) => {
        expect((await askPage(behaviour)).outcome).toMatchObject({
            kind: 'failed',
            code: 'upstream_error',
            cause,
            isRetryable: true,
            isRefusal: false,
        });
    });

    it.each<[string, Behaviour]>([
        [
            'once unpacked',
            (response) =>
                response
                    .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
                    .end(gzipSync(`<html><!--${'x'.repeat(11 * 1024 * 1024)}-->`)),
        ],
        [
            'while it is received, without an end',
            (response) => {
                response.writeHead(200, { 'content-type': 'text/html' });
                const piece = Buffer.alloc(1024 * 1024, 'x');
                const writeOn = () => void (response.destroyed || response.write(piece, writeOn));
                writeOn();
            },
        ],
    ])('a page over 10 MB is rejected %s', async (_name, behaviour) => {
        const { outcome } = await askPage(behaviour);
        expect(outcome).toMatchObject({ code: 'upstream_error', isRetryable: false, cause: 'too_large' });
    });

    it.each<[string, string, Buffer]>([
        ['does not match its encoding', 'gzip', Buffer.from(page)],
        ['is truncated, in gzip', 'gzip', gzipSync(page).subarray(0, 2000)],
        ['is truncated, in Brotli', 'br', brotliCompressSync(page).subarray(0, 2000)],
        ['has an encoding that was not requested', 'compress', gzipSync(page)],
    ])('a body that %s is retryable', async (_name, encoding, body) => {
        const { outcome } = await askPage((response) =>
            response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': encoding }).end(body),
        );
        expect(outcome).toMatchObject({ code: 'upstream_error', isRetryable: true, isRefusal: false });
    });

    it('a body that stalls is a timeout', async () => {
        const { outcome } = await askPage(
            (response) => {
                response.writeHead(200, { 'content-type': 'text/html' });
                response.write(page.slice(0, 50_000));
            },
            { timeoutMs: 150 },
        );
        expect(outcome).toMatchObject({ code: 'upstream_timeout', isRetryable: true });
    });

    it('a missing response is a timeout', async () => {
        const { outcome } = await askPage(() => {}, { timeoutMs: 150 });
        expect(outcome).toMatchObject({ code: 'upstream_timeout', isRetryable: true });
    });

    it('waiting for the pacer at a redirect does not count against the timeout', async () => {
        const clock = new FakeClock();
        const server = await startScriptedServer({
            '/in/ada-example/': redirect('/in/ada-new/'),
            '/in/ada-new/': html(page),
        });
        const source = await createPublicPageSource({ origin: server.origin, proxy: null, clock });
        cleanUps.push(
            () => server.close(),
            () => source.close(),
        );
        const outcome = await source.fetchProfile({
            handle,
            timeoutMs: 5000,
            signal: new AbortController().signal,
            awaitTurn: async () => {
                await clock.advance(10_000);
                return 5000;
            },
        });
        expect(outcome.kind).toBe('found');
    });

    it('a redirect has no more time than is left after waiting for the pacer', async () => {
        const { outcome } = await ask(
            { '/in/ada-example/': redirect('/in/ada-new/'), '/in/ada-new/': html(page) },
            { awaitTurn: async () => 0 },
        );
        expect(outcome).toMatchObject({ code: 'upstream_timeout' });
    });

    it.each(['//', '//in/x', '/in//', '/\\\\', '//['])(
        'a redirect to %s on any host fails that profile only',
        async (path) => {
            const ownHost: Behaviour = (response, request) =>
                redirect(`http://${request.headers.host}${path}`)(response, request);
            for (const behaviour of [redirect(path), redirect(`https://www.linkedin.com${path}`), ownHost])
                expect((await askPage(behaviour)).outcome).toMatchObject({ kind: 'failed' });
        },
    );

    it('another site is never requested', async () => {
        const elsewhere = await startScriptedServer({});
        cleanUps.push(() => elsewhere.close());
        for (const location of [
            `${elsewhere.origin}/in/x`,
            'https://linkedin.com.evil.example/in/x',
            'file:///etc/passwd',
        ]) {
            const { outcome, asked } = await askPage(redirect(location));
            expect(outcome).toMatchObject({ kind: 'failed', isRetryable: false });
            expect(asked).toHaveLength(1);
        }
        expect(elsewhere.asked).toEqual([]);
    });
});

describe('a request', () => {
    it('rejects with the reason when the run ends', async () => {
        const controller = new AbortController();
        const answer = askPage(() => controller.abort(new Error('the run is ending')), { signal: controller.signal });
        await expect(answer).rejects.toThrow('the run is ending');
    });

    it('rejects with the reason while a body is received', async () => {
        const controller = new AbortController();
        const answer = askPage(
            (response) => {
                response.writeHead(200, { 'content-type': 'text/html' });
                response.write(page.slice(0, 50_000), () => controller.abort(new Error('the run is ending')));
            },
            { signal: controller.signal },
        );
        await expect(answer).rejects.toThrow('the run is ending');
    });

    it('passes on the rate-limit headers', async () => {
        const hints: unknown[] = [];
        const resetAt = Math.floor(Date.now() / 1000) + 60;
        await askPage(html(page, 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetAt) }), {
            onRateHint: (hint) => hints.push(hint),
        });
        expect(hints).toEqual([{ remaining: 0, resetsInMs: expect.any(Number) }]);
    });
});
