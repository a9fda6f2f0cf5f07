import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/enrichment/clock.ts';
import { describeFailure } from '../../../src/enrichment/enrich-profile.ts';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { createNodeClient } from '../../../src/sources/public-page/http/node-client.ts';
import { createCertificates } from '../../helpers/sites/certificates.ts';
import { startConnectProxy } from '../../helpers/sites/connect-proxy.ts';
import { startTlsSite } from '../../helpers/sites/tls-site.ts';
import { startLocalProxy } from '../../helpers/sites/local-proxy.ts';
import { html, redirect } from '../../helpers/sites/scripted-server.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Requests a profile `times` times in sequence through a proxy, which alone can resolve the site's name. */
async function askThroughProxy(
    answer: ReturnType<typeof html>,
    { times = 1, clock = systemClock, origin = 'http://profiles.test', connectStatus = 200 } = {},
) {
    const proxy = await startLocalProxy((request, response) => answer(response, request), connectStatus);
    const source = await createPublicPageSource({ origin, proxy: proxy.configuration, clock });
    cleanUps.push(
        () => proxy.close(),
        () => source.close(),
    );
    const signal = new AbortController().signal;
    const outcomes = [];
    for (let n = 0; n < times; n += 1) {
        outcomes.push(await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal }));
    }
    return { outcomes, sessions: proxy.sessions, host: proxy.host };
}

/** More than the pool of sessions holds, so that sessions must be reused unless retired. */
const moreThanThePool = 230;

describe('behind a proxy', () => {
    it('every request goes through it, as the session it belongs to', async () => {
        const page = renderPage(generatePerson('ada-example', { kind: 'example', number: 4 }));
        const { outcomes, sessions } = await askThroughProxy(html(page));
        expect(outcomes).toMatchObject([{ kind: 'found' }]);
        expect(sessions).toEqual([expect.stringMatching(/^session_/)]);
    });

    it('a session that was refused is never used again', async () => {
        const { outcomes, sessions } = await askThroughProxy(html('', 999), { times: moreThanThePool });
        expect(outcomes.every((outcome) => outcome.kind === 'failed' && outcome.isRefusal)).toBe(true);
        expect(new Set(sessions).size).toBe(moreThanThePool);
    });

    it('a session without a refusal is used again', async () => {
        const { sessions } = await askThroughProxy(html('', 404), { times: moreThanThePool });
        expect(new Set(sessions).size).toBeLessThan(moreThanThePool);
    });

    it('a proxy that cannot be reached is a refusal, and never a request without it', async () => {
        const source = await createPublicPageSource({
            origin: 'http://127.0.0.1:9',
            proxy: { newUrl: async () => 'http://127.0.0.1:1' },
            clock: systemClock,
        });
        cleanUps.push(() => source.close());
        const outcome = await source.fetchProfile({
            handle: 'ada-example',
            timeoutMs: 5000,
            signal: new AbortController().signal,
        });
        expect(outcome).toMatchObject({
            kind: 'failed',
            cause: 'proxy',
            isRefusal: true,
            peer: '127.0.0.1:1',
        });
    });

    it.each<[string, ReturnType<typeof html>, string]>([
        ['a challenge', redirect('/checkpoint/challenge/x'), 'wall'],
        ['a 429', html('', 429, { 'retry-after': '60' }), 'rate_limited'],
        ['a 503 with a Retry-After', html('', 503, { 'retry-after': '25' }), 'server_error'],
    ])('%s concerns its session only, and pauses nothing else', async (_name, answer, cause) => {
        const { outcomes, sessions } = await askThroughProxy(answer, { times: moreThanThePool });
        expect(outcomes[0]).toMatchObject({ kind: 'failed', cause });
        expect(outcomes[0]).not.toHaveProperty('pause');
        expect(new Set(sessions).size).toBe(moreThanThePool);
    });

    it('a session that timed out twice is never used again', async () => {
        // The time is up as soon as the request has arrived, however busy the machine is.
        let timeOut = () => {};
        const clock: Clock = { ...systemClock, sleep: () => new Promise((resolve) => (timeOut = resolve)) };
        const { outcomes, sessions } = await askThroughProxy(() => timeOut(), { times: moreThanThePool * 2, clock });
        expect(new Set(outcomes.map((outcome) => outcome.kind === 'failed' && outcome.cause))).toEqual(
            new Set(['timeout']),
        );
        const uses = new Map<string, number>();
        for (const session of sessions) uses.set(session, (uses.get(session) ?? 0) + 1);
        expect(Math.max(...uses.values())).toBeLessThanOrEqual(2);
    });

    it.each([
        ['asked for a page', { origin: 'http://profiles.test', answer: html('', 407) }],
        ['asked for a connection', { origin: 'https://profiles.test', connectStatus: 407, answer: html('') }],
        ['that has no way out', { origin: 'https://profiles.test', connectStatus: 502, answer: html('') }],
    ])('a proxy that rejects its user is named as the cause (%s)', async (_name, { answer, ...options }) => {
        const { outcomes, host } = await askThroughProxy(answer, options);
        expect(outcomes).toMatchObject([{ cause: 'proxy', isRefusal: true, peer: host }]);
    });

    it('a proxy that does not respond to CONNECT times out, without an unhandled error', async () => {
        const silent = createServer((socket) => cleanUps.push(async () => void socket.destroy())).listen(
            0,
            '127.0.0.1',
        );
        await once(silent, 'listening');
        cleanUps.push(async () => void silent.close());
        const { port } = silent.address() as AddressInfo;
        const uncaught: Error[] = [];
        const note = (error: Error) => uncaught.push(error);
        process.on('uncaughtException', note);
        const source = await createPublicPageSource({
            origin: 'https://profiles.test',
            proxy: { newUrl: async () => `http://127.0.0.1:${port}` },
            clock: systemClock,
        });
        const handle = 'ada-example';
        const ending = new AbortController();
        const waiting = source.fetchProfile({ handle, timeoutMs: 5000, signal: ending.signal });
        const outcome = await source.fetchProfile({ handle, timeoutMs: 200, signal: new AbortController().signal });
        expect(outcome).toMatchObject({ kind: 'failed' });
        ending.abort(new Error('the run is ending'));
        await expect(waiting).rejects.toThrow('the run is ending');
        await source.close();
        await new Promise(setImmediate);
        process.off('uncaughtException', note);
        expect(uncaught).toEqual([]);
    });
});

describe('an untrusted certificate', () => {
    it.each([
        ['of the site', 'site'],
        ['of a proxy over TLS', 'proxy'],
    ])('%s is an error that names the host, and nothing is read', async (_name, whose) => {
        const [trusted, strange] = await Promise.all([createCertificates(), createCertificates()]);
        const page = renderPage(generatePerson('ada-example', { kind: 'example', number: 4 }));
        const site = await startTlsSite(whose === 'site' ? strange : trusted, () => ({ status: 200, body: page }));
        const proxy = await startConnectProxy({
            portOf: () => site.port,
            certificates: whose === 'proxy' ? strange : trusted,
        });
        const source = await createPublicPageSource({
            origin: 'https://www.linkedin.com',
            proxy: proxy.configuration,
            client: createNodeClient({ authorities: trusted.authority }),
            clock: systemClock,
        });
        cleanUps.push(
            () => source.close(),
            () => proxy.close(),
            () => site.close(),
        );
        const signal = new AbortController().signal;
        const outcome = await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal });
        const peer = whose === 'proxy' ? proxy.host : 'www.linkedin.com';
        expect(outcome).toMatchObject({ kind: 'failed', cause: 'certificate', isRefusal: true, peer });
        expect(outcome.kind === 'failed' && describeFailure(outcome)).toMatch(
            `The certificate of ${peer} is not trusted, so nothing was read.`,
        );
        expect(site.asked).toEqual([]);
    });
});
