import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { one } from '../helpers/contract-checks.ts';
import { startApi, type RunningApi, type StartApiOptions } from '../helpers/start-api.ts';

const started: RunningApi[] = [];
afterEach(async () => {
    await Promise.all(started.splice(0).map((api) => api.stop()));
});

async function start(options: StartApiOptions = {}): Promise<RunningApi> {
    const api = await startApi(options);
    started.push(api);
    return api;
}

/** A connection on which raw bytes are sent; `ended` is everything that came back until the server closed it. */
async function openConnection(api: RunningApi): Promise<{ socket: Socket; ended: Promise<string> }> {
    const { hostname, port } = new URL(api.origin);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => {});
    const ended = once(socket, 'close').then(() => received);
    await once(socket, 'connect');
    return { socket, ended };
}

const impatient = { headersMs: 200, requestMs: 400, checkEveryMs: 50 };

describe('the server', () => {
    it('turns away what it has no room for, with 503 and Retry-After, and has room again afterwards', async () => {
        const api = await start({ maxRequestsInFlight: 1 });
        const { key } = await api.createAccount();
        const first = api.post(one('slow-1'), key);
        await expect.poll(() => api.fetched).toEqual(['slow-1']);
        const second = await api.post(one('example-1'), key);
        expect(second.status).toBe(503);
        expect(second.json.error).toMatchObject({ code: 'overloaded', retryable: true });
        expect(second.headers.get('retry-after')).toBe('1');
        expect((await api.send('/health')).status).toBe(200);
        expect((await first).status).toBe(200);
        expect((await api.post(one('example-1'), key)).status).toBe(200);
    });

    it('says when it cannot reach the accounts', async () => {
        const api = await start();
        expect((await api.send('/health')).json).toEqual({ status: 'ok' });
        api.state.isDatabaseGone = true;
        const sick = await api.send('/health');
        expect(sick).toMatchObject({ status: 503, json: { status: 'accounts unreachable' } });
    });

    it.each([
        ['its headers', 'POST /v1/linkedin-profile-enrichment/enrich HTTP/1.1\r\nHost: x\r\nX-Slow: '],
        ['its body', 'POST /v1/linkedin-profile-enrichment/enrich HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{'],
    ])('cuts off a client that sends %s too slowly', async (_, begun) => {
        const api = await start({ clientPatience: impatient });
        const { key } = await api.createAccount();
        const { socket, ended } = await openConnection(api);
        socket.write(begun.replace('Host: x', `Host: x\r\nAuthorization: Bearer ${key}`));
        const received = await ended;
        expect(received).toMatch(/^HTTP\/1\.1 (?:408 Request Timeout|400 Bad Request)\r\n/);
        expect(received).toContain('"request_id"');
    });

    it.each([
        ['no HTTP', 'nonsense\r\n\r\n', '400 Bad Request'],
        [
            'headers over 16 KB',
            `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
            '431 Request Header Fields Too Large',
        ],
    ])('answers %s in its own words and hangs up', async (_, bytes, status) => {
        const api = await start();
        const { socket, ended } = await openConnection(api);
        socket.write(bytes);
        const received = await ended;
        expect(received.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
        expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'invalid_input' } });
    });

    it('stops reading a body that has no end', async () => {
        const api = await start();
        const { key } = await api.createAccount();
        const { socket, ended } = await openConnection(api);
        socket.write(
            `POST /v1/linkedin-profile-enrichment/enrich HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        const chunk = `${(16_384).toString(16)}\r\n${'x'.repeat(16_384)}\r\n`;
        const pump = setInterval(() => socket.write(chunk), 1);
        const received = await ended;
        clearInterval(pump);
        expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
        expect(received).toContain('larger than 64 KB');
    });

    it('finishes what runs when it is told to stop, takes nothing new, and closes silent connections', async () => {
        const api = await startApi();
        const { key } = await api.createAccount();
        const silent = await openConnection(api);
        const running = api.post(one('slow-1'), key);
        await expect.poll(() => api.fetched).toEqual(['slow-1']);
        const stopped = api.stop();
        await expect(api.send('/health')).rejects.toThrow('fetch failed');
        const answer = await running;
        expect(answer.status).toBe(200);
        await stopped;
        expect(await silent.ended).toBe('');
    });
});
