import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/enrichment/clock.ts';
import { requestJson, type JsonRequest } from '../../src/sources/json-client.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { startScriptedServer, type Behaviour } from '../helpers/sites/scripted-server.ts';

type Server = Awaited<ReturnType<typeof startScriptedServer>>;
const servers: Server[] = [];

afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
});

async function serve(behaviours: Record<string, Behaviour>): Promise<Server> {
    const server = await startScriptedServer(behaviours);
    servers.push(server);
    return server;
}

function ask(url: string, options: Partial<JsonRequest> = {}) {
    let sent = 0;
    const result = requestJson({
        url,
        headers: {},
        timeoutMs: 5000,
        signal: new AbortController().signal,
        clock: systemClock,
        ...options,
        onSent: () => {
            sent += 1;
        },
    });
    return { result, sentTimes: () => sent };
}

const json =
    (body: string, status = 200): Behaviour =>
    (response) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);

describe('a request for JSON', () => {
    it('returns status, headers and JSON, and reports once that it was sent', async () => {
        const { origin } = await serve({ '/a': json('{"a":1}', 404) });
        const { result, sentTimes } = ask(`${origin}/a`);
        expect(await result).toMatchObject({ kind: 'response', status: 404, json: { a: 1 } });
        expect(sentTimes()).toBe(1);
    });

    it('posts a body as JSON, with its headers', async () => {
        const { origin } = await serve({
            '/a': (response, request) => {
                const { method, headers } = request;
                void text(request).then((body) =>
                    response.end(JSON.stringify({ method, key: headers['x-key'], body })),
                );
            },
        });
        const { result } = ask(`${origin}/a`, { headers: { 'X-Key': 'k' }, body: { b: [2] } });
        expect(await result).toMatchObject({ json: { method: 'POST', key: 'k', body: '{"b":[2]}' } });
    });

    it('follows no redirect, so that a key is sent to no other address', async () => {
        const other = await serve({ '/b': json('{}') });
        const { origin } = await serve({
            '/a': (response) => response.writeHead(307, { location: `${other.origin}/b` }).end(),
        });
        expect(await ask(`${origin}/a`).result).toMatchObject({ kind: 'response', status: 307 });
        expect(other.asked).toEqual([]);
    });

    it.each(['', '<html>', '{"a":', 'null '])('accepts the body %j', async (body) => {
        const { origin } = await serve({ '/a': json(body) });
        const response = await ask(`${origin}/a`).result;
        expect(response).toMatchObject({ kind: 'response', json: body === 'null ' ? null : undefined });
    });

    it('reads at most 10 MB, decompressed', async () => {
        const large = JSON.stringify('x'.repeat(11 * 1024 * 1024));
        const { origin } = await serve({
            '/plain': json(large),
            '/packed': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large)),
            '/fits': json(JSON.stringify('x'.repeat(9 * 1024 * 1024))),
        });
        const tooLarge = { kind: 'failed', cause: 'too_large', isRetryable: false };
        expect(await ask(`${origin}/plain`).result).toMatchObject(tooLarge);
        expect(await ask(`${origin}/packed`).result).toMatchObject(tooLarge);
        expect(await ask(`${origin}/fits`).result).toMatchObject({ kind: 'response' });
    });

    it('times out by the injected clock, before and in the middle of a response', async () => {
        let hasArrived = () => {};
        const { origin } = await serve({
            '/silent': () => hasArrived(),
            '/begun': (response) => {
                response.write('{');
                hasArrived();
            },
        });
        for (const path of ['/silent', '/begun']) {
            const clock = new FakeClock();
            const arrival = new Promise<void>((resolve) => {
                hasArrived = resolve;
            });
            const { result, sentTimes } = ask(`${origin}${path}`, { clock, timeoutMs: 10_000 });
            await arrival;
            expect(sentTimes()).toBe(1);
            await clock.advance(10_000);
            expect(await result).toMatchObject({ kind: 'failed', code: 'upstream_timeout', isRefusal: false });
            expect(sentTimes()).toBe(1);
        }
    });

    it('leaves no timer behind', async () => {
        const { origin } = await serve({ '/a': json('{}') });
        let waiting = 0;
        const clock: Clock = {
            ...systemClock,
            sleep: (delayMs, signal) => {
                waiting += 1;
                return systemClock.sleep(delayMs, signal).finally(() => {
                    waiting -= 1;
                });
            },
        };
        await ask(`${origin}/a`, { clock, timeoutMs: 60_000 }).result;
        await expect.poll(() => waiting).toBe(0);
    });

    it('aborts with the run', async () => {
        const run = new AbortController();
        const { origin } = await serve({ '/a': () => run.abort(new Error('the run is ending')) });
        const { result, sentTimes } = ask(`${origin}/a`, { signal: run.signal });
        await expect(result).rejects.toThrow('the run is ending');
        expect(sentTimes()).toBe(1);
        const late = ask(`${origin}/a`, { signal: run.signal });
        await expect(late.result).rejects.toThrow('the run is ending');
        expect(late.sentTimes()).toBe(0);
    });

    it('counts as not sent without a connection, however it ends', async () => {
        const run = new AbortController();
        const { origin } = await serve({ '/a': () => {} });
        const early = ask(`${origin}/a`, { signal: run.signal });
        run.abort(new Error('the run is ending'));
        await expect(early.result).rejects.toThrow('the run is ending');
        expect(early.sentTimes()).toBe(0);
        const clock = new FakeClock();
        let look = () => {};
        const looking = new Promise<void>((resolve) => {
            look = resolve;
        });
        const late = ask('http://slow.example/', { clock, timeoutMs: 1000, lookup: () => look() });
        await looking;
        await clock.advance(1000);
        const nobody = { cause: 'no_connection', detail: 'ETIMEDOUT', isRefusal: true, peer: 'slow.example' };
        expect(await late.result).toMatchObject(nobody);
        expect(late.sentTimes()).toBe(0);
    });

    it('connects to no address that the lookup rejects', async () => {
        const { origin, asked } = await serve({ '/a': json('{}') });
        const refusal = Object.assign(new Error('no'), { code: 'PRIVATE_ADDRESS' });
        const lookup: LookupFunction = (_name, _options, callback) => callback(refusal, []);
        const { result, sentTimes } = ask(`http://api.example:${new URL(origin).port}/a`, { lookup });
        expect(await result).toMatchObject({ cause: 'no_connection', detail: 'PRIVATE_ADDRESS', isRefusal: true });
        expect([sentTimes(), asked]).toEqual([0, []]);
    });

    it('reuses a connection, and opens a new one where the server closed it', async () => {
        const ports = new Set<number | undefined>();
        const { origin } = await serve({
            '/a': (response, request) => {
                ports.add(request.socket.remotePort);
                response.end('{}');
            },
            '/last': (response, request) => {
                ports.add(request.socket.remotePort);
                response.writeHead(200, { connection: 'close' }).end('{}');
            },
        });
        for (const path of ['/a', '/a', '/last', '/a']) {
            expect(await ask(`${origin}${path}`).result).toMatchObject({ kind: 'response', status: 200 });
        }
        expect(ports.size).toBe(2);
    });

    it.each(['gzip', 'br', 'deflate', 'GZIP', 'identity', 'nonsense'])(
        'decompresses %s where supported',
        async (encoding) => {
            const packers: Record<string, (text: string) => Buffer> = {
                gzip: gzipSync,
                br: brotliCompressSync,
                deflate: deflateSync,
            };
            const packed = packers[encoding.toLowerCase()]?.('{"a":1}') ?? '{"a":1}';
            const { origin } = await serve({
                '/a': (response) => response.writeHead(200, { 'content-encoding': encoding }).end(packed),
                '/broken': (response) =>
                    response.writeHead(200, { 'content-encoding': encoding }).end(packed.slice(0, 5)),
            });
            expect(await ask(`${origin}/a`).result).toMatchObject({ json: { a: 1 } });
            const broken = await ask(`${origin}/broken`).result;
            expect(broken).toMatchObject(
                encoding.toLowerCase() in packers ? { cause: 'no_connection', isRefusal: false } : { json: undefined },
            );
        },
    );

    it('distinguishes a failed connection from one that broke off: only the latter counts as sent', async () => {
        const server = await startScriptedServer({
            '/a': (response) => {
                response.writeHead(200, { 'content-length': '100' }).write('{');
                setImmediate(() => response.destroy());
            },
            '/b': (response) => response.destroy(),
        });
        for (const path of ['/a', '/b']) {
            const { result, sentTimes } = ask(`${server.origin}${path}`);
            expect(await result).toMatchObject({ cause: 'no_connection', isRefusal: false, isRetryable: true });
            expect(sentTimes()).toBe(1);
        }
        await server.close();
        for (const url of [server.origin, 'http://127.0.0.1:1', 'http://nobody.invalid']) {
            const { result, sentTimes } = ask(url);
            const peer = new URL(url).host;
            expect(await result).toMatchObject({ cause: 'no_connection', isRefusal: true, peer });
            expect(sentTimes()).toBe(0);
        }
    });

    it('sends nothing to a server whose certificate is not trusted', async () => {
        const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
        const asked: string[] = [];
        const server = createTlsServer({ key, cert }, (request) => asked.push(request.url ?? ''));
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const { result, sentTimes } = ask(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
        expect(await result).toMatchObject({ cause: 'certificate', isRefusal: true });
        expect([sentTimes(), asked]).toEqual([0, []]);
        server.close();
    });

    it('never quotes a header that cannot be sent', async () => {
        const { result } = ask('http://127.0.0.1:1', { headers: { 'X-Key': 'canary\nkey' } });
        await expect(result).rejects.toThrow(/^a request header has invalid characters/);
    });
});
