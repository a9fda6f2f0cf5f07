import {
    createSecureServer,
    type Http2SecureServer,
    type ServerHttp2Session,
    type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { gotScraping } from 'got-scraping';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptedEncodings } from '../../src/sources/public-page/decompress-body.ts';
import { createPublicPageSource } from '../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { generatePerson } from '../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../src/sources/sandbox/render-page.ts';

const page = gzipSync(renderPage(generatePerson('ada-example', { kind: 'example', number: 4 })));
/** The headers of each request, in the order in which they came. */
const asked: Array<Record<string, string>> = [];
let server: Http2SecureServer;
let origin: string;
const sessions: ServerHttp2Session[] = [];

beforeAll(async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    server = createSecureServer({ key, cert });
    server.on('session', (session: ServerHttp2Session) => {
        sessions.push(session);
    });
    server.on('stream', (stream: ServerHttp2Stream, _headers: unknown, _flags: number, rawHeaders: string[]) => {
        const pairs = rawHeaders
            .map((name, place) => [name, rawHeaders[place + 1]])
            .filter((_, place) => place % 2 === 0);
        asked.push(Object.fromEntries(pairs));
        stream.respond({ ':status': 200, 'content-type': 'text/html', 'content-encoding': 'gzip' });
        stream.end(page);
    });
    await new Promise<void>((resolve) => {
        server.listen(0, 'localhost', resolve);
    });
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => {
        server.close(() => resolve());
    });
});

it('reads pages over HTTP/2, on one connection, and looks like a browser', async () => {
    const source = await createPublicPageSource({ origin, proxy: null, clock: systemClock });
    for (let turn = 0; turn < 5; turn += 1) {
        const signal = new AbortController().signal;
        const outcome = await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal });
        expect(outcome.kind).toBe('found');
    }
    await source.close();
    // One more asked which protocol the server speaks.
    expect(sessions.length).toBeLessThanOrEqual(2);

    expect(asked).toHaveLength(5);
    for (const headers of asked) {
        expect(headers['accept-encoding']).toBe(acceptedEncodings);
        expect(Object.keys(headers)).toEqual(orderLikeTheBrowser(headers));
    }
});

/** Each browser has an order of its own. got-scraping knows them all, and what it does not know it puts last. */
function orderLikeTheBrowser(headers: Record<string, string>): string[] {
    const { headerGenerator } = gotScraping.defaults.options.context as {
        headerGenerator: { orderHeaders(headers: object): object };
    };
    const isPseudo = (name: string): boolean => name.startsWith(':');
    const plain = Object.entries(headers).filter(([name]) => !isPseudo(name));
    const ordered = Object.keys(headerGenerator.orderHeaders(Object.fromEntries(plain)));
    return [...Object.keys(headers).filter(isPseudo), ...ordered];
}
