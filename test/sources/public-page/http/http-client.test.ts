import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/enrichment/clock.ts';
import { ExchangeError, type Browser, type HttpClient } from '../../../../src/sources/public-page/http/http-client.ts';
import { fetchPage } from '../../../../src/sources/public-page/http/fetch-page.ts';
import { createGotClient } from '../../../../src/sources/public-page/http/got-client.ts';
import { createImpitClient } from '../../../../src/sources/public-page/http/impit-client.ts';
import { createNodeClient } from '../../../../src/sources/public-page/http/node-client.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { createCertificates, type Certificates } from '../../../helpers/sites/certificates.ts';
import { startConnectProxy, type ConnectProxyOptions } from '../../../helpers/sites/connect-proxy.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { startTlsSite } from '../../../helpers/sites/tls-site.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Certificates of an authority that the clients trust, and of one they do not trust. */
let trusted: Certificates;
let strange: Certificates;
const clients: Record<string, HttpClient> = {};

beforeAll(async () => {
    [trusted, strange] = await Promise.all([createCertificates(), createCertificates()]);
    const file = join(mkdtempSync(join(tmpdir(), 'authority-')), 'authority.pem');
    writeFileSync(file, trusted.authority);
    process.env['SSL_CERT_FILE'] = file;
    clients['node'] = createNodeClient({ authorities: trusted.authority });
    clients['got-scraping'] = createGotClient({ authorities: trusted.authority });
    clients['impit'] = createImpitClient();
});

async function startSite(certificates: Certificates, speaksHttp2 = true) {
    const answer = ({ path }: { path: string }) => ({ status: 200, body: `page of ${path}` });
    const site = await startTlsSite(certificates, answer, { speaksHttp2 });
    cleanUps.push(() => site.close());
    return site;
}

async function startProxy(options: ConnectProxyOptions) {
    const proxy = await startConnectProxy(options);
    cleanUps.push(() => proxy.close());
    return proxy;
}

function openBrowser(name: string, proxyUrl?: string): Browser {
    const client = clients[name]!;
    const browser = client.openBrowser({ headerSet: client.headerSets[0]!, proxyUrl });
    cleanUps.push(async () => browser.close());
    return browser;
}

function get(browser: Browser, address: string, clock: Clock = systemClock) {
    const url = new URL(address);
    return fetchPage(browser, {
        url,
        target: { host: url.host, path: url.pathname + url.search, cookies: [], isRedirect: false },
        timeoutMs: 20_000,
        clock,
        signal: new AbortController().signal,
        onSent: undefined,
        wantsBody: ({ statusCode }) => statusCode === 200,
        readBody: String,
    });
}

it('connects to no proxy that the lookup rejects', async () => {
    const site = await startSite(trusted);
    const proxy = await startProxy({ portOf: () => site.port });
    const client = clients['node']!;
    const looked: string[] = [];
    const browser = client.openBrowser({
        headerSet: client.headerSets[0]!,
        proxyUrl: proxy.urlFor('session_1').replace('127.0.0.1', 'proxy.example'),
        lookupProxy(name, _options, callback) {
            looked.push(name);
            callback(Object.assign(new Error('no'), { code: 'PRIVATE_ADDRESS' }), []);
        },
    });
    cleanUps.push(async () => browser.close());
    const fetched = await get(browser, 'https://www.linkedin.com/in/a/');
    expect(fetched).toMatchObject({ kind: 'broken', error: { detail: 'PRIVATE_ADDRESS', peer: 'proxy' } });
    expect([looked, proxy.tunnels, site.asked]).toEqual([['proxy.example'], [], []]);
});

describe.each([
    ['node', 'HTTP/2', '2.0'],
    ['node', 'HTTP/1.1', '1.1'],
    ['got-scraping', 'HTTP/2', '2.0'],
    ['got-scraping', 'HTTP/1.1', '1.1'],
    // Over HTTP/1.1 it may open a second connection before the first is free again.
    ['impit', 'HTTP/2', '2.0'],
])('a browser of the client %s over %s', (name, _protocol, version) => {
    it('uses one connection to a site through its proxy, without probing first', async () => {
        const site = await startSite(trusted, version === '2.0');
        const proxy = await startProxy({ portOf: () => site.port });
        const browser = openBrowser(name, proxy.urlFor('session_1'));
        for (const path of ['/in/a/', '/in/b/', '/in/c/?trk=x']) {
            expect(await get(browser, `https://www.linkedin.com${path}`)).toMatchObject({ content: `page of ${path}` });
        }
        expect(proxy.tunnels).toMatchObject([{ authority: 'www.linkedin.com:443', user: 'session_1' }]);
        expect(site.connections()).toBe(1);
        expect(new Set(site.asked.map(({ httpVersion }) => httpVersion))).toEqual(new Set([version]));
    });
});

describe.each(['node', 'got-scraping', 'impit'])('the client %s', (name) => {
    it('accepts status 999, over HTTP/2 too', async () => {
        const frame = (type: number, flags: number, stream: number, payload: number[] = []) =>
            Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload]);
        // Node's server sends no status over 599, so the frames are made by hand: settings, and ":status: 999".
        const server = createTlsServer({ ...trusted, ALPNProtocols: ['h2'] }, (socket) => {
            socket.on('error', () => {});
            socket.once('data', () => socket.write(Buffer.concat([frame(4, 0, 0), frame(4, 1, 0)])));
            socket.on('data', (piece: Buffer) => {
                if (piece.includes('/in/a/') || piece.length > 100) {
                    socket.write(frame(1, 5, 1, [0x08, 3, ...Buffer.from('999')]));
                }
            });
        });
        await new Promise<void>((resolve) => {
            server.listen(0, '127.0.0.1', resolve);
        });
        const browser = openBrowser(name);
        const { port } = server.address() as AddressInfo;
        expect(await get(browser, `https://localhost:${port}/in/a/`)).toMatchObject({
            kind: 'responded',
            head: { statusCode: 999 },
        });
        browser.close();
        server.close();
    });

    it('never shares a connection between two browsers', async () => {
        const site = await startSite(trusted);
        for (let browsers = 1; browsers <= 3; browsers += 1) {
            const browser = openBrowser(name);
            await get(browser, `https://localhost:${site.port}/in/a/`);
            await get(browser, `https://localhost:${site.port}/in/b/`);
            expect(site.connections()).toBe(browsers);
        }
    });

    it('reads nothing from a site with an untrusted certificate', async () => {
        const site = await startSite(strange);
        const proxy = await startProxy({ portOf: () => site.port });
        for (const [proxyUrl, address] of [
            [undefined, `https://localhost:${site.port}/in/a/`],
            [proxy.urlFor('session_1'), 'https://www.linkedin.com/in/a/'],
        ] as const) {
            const fetched = await get(openBrowser(name, proxyUrl), address);
            expect(fetched).toMatchObject({ kind: 'broken', error: { isCertificate: true, peer: 'site' } });
        }
        expect(site.asked).toEqual([]);
    });

    it('reads nothing from a site with the certificate of another', async () => {
        const site = await startSite(trusted);
        const proxy = await startProxy({ portOf: () => site.port });
        const fetched = await get(openBrowser(name, proxy.urlFor('session_1')), 'https://elsewhere.example/in/a/');
        expect(fetched).toMatchObject({ kind: 'broken', error: { isCertificate: true } });
        expect(site.asked).toEqual([]);
    });

    it('sends nothing to a proxy with an untrusted certificate', async () => {
        const site = await startSite(trusted);
        const proxy = await startProxy({ portOf: () => site.port, certificates: strange });
        const fetched = await get(openBrowser(name, proxy.urlFor('session_1')), 'https://www.linkedin.com/in/a/');
        expect(fetched).toMatchObject({ kind: 'broken', error: { isCertificate: true, peer: 'proxy' } });
        expect(proxy.tunnels).toEqual([]);
    });

    it('goes through a proxy over TLS', async () => {
        const site = await startSite(trusted);
        const proxy = await startProxy({ portOf: () => site.port, certificates: trusted });
        const fetched = await get(openBrowser(name, proxy.urlFor('session_1')), 'https://www.linkedin.com/in/a/');
        expect(fetched).toMatchObject({ kind: 'responded', content: 'page of /in/a/' });
        expect(proxy.tunnels).toMatchObject([{ user: 'session_1' }]);
    });

    it('distinguishes a silent server from a failed connection', async () => {
        const clock = new FakeClock();
        let onAsked = () => {};
        const asked = new Promise<void>((resolve) => {
            onAsked = resolve;
        });
        const silent = await startRawServer((socket) => socket.once('data', () => onAsked()));
        const fetching = get(openBrowser(name), `http://127.0.0.1:${silent}/in/a/`, clock);
        await asked;
        expect(await clock.runUntil(fetching)).toEqual({ kind: 'timeout' });
        expect(await get(openBrowser(name), 'http://127.0.0.1:1/in/a/')).toMatchObject({
            kind: 'broken',
            error: { detail: 'ECONNREFUSED' },
        });
    });

    it('reports that a connection broke off', async () => {
        const broken = await startRawServer((socket) => socket.once('data', () => socket.destroy()));
        expect(await get(openBrowser(name), `http://127.0.0.1:${broken}/in/a/`)).toMatchObject({
            kind: 'broken',
            error: { isCertificate: false },
            head: null,
        });
    });
});

async function startRawServer(onSocket: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
        onSocket(socket);
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    cleanUps.push(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise<void>((resolve) => void server.close(() => resolve()));
    });
    return (server.address() as AddressInfo).port;
}

it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['CERT_HAS_EXPIRED', true],
    ['ECONNRESET', false],
])('recognises certificate errors by their code: %s', (code, isCertificate) => {
    expect(new ExchangeError(code).isCertificate).toBe(isCertificate);
});
