import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { startApi } from '../helpers/api/start-api.ts';
import { account, api, one, useApi } from '../helpers/api/use-api.ts';

// With short timeouts.
useApi(() => ({ maxRequestsInFlight: 1, bodyTimeoutMs: 400, settings: { headersMs: 300, checkEveryMs: 50 } }));
beforeEach(() => {
    api.log.length = 0;
});

/** A connection for raw bytes; `ended` resolves to everything received until the server closed it. */
async function openConnection({ origin } = api) {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => {});
    const ended = once(socket, 'close').then(() => received);
    await once(socket, 'connect');
    return { socket, ended, received: () => received };
}

/** Sends a request and waits for its response, so that the connection has been used. */
async function use({ socket, received }: { socket: Socket; received: () => string }): Promise<void> {
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(received).toContain('"status":"ok"');
}

const path = '/v1/linkedin-profile-enrichment/enrich';

describe('the server', () => {
    it('refuses requests over the limit with 503 and Retry-After, and accepts requests afterwards', async () => {
        const { key } = account;
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

    it.each([
        ['unreachable', 'accounts unreachable'],
        ['overloaded', 'accounts overloaded'],
        ['not_writable', 'accounts not writable'],
    ] as const)('is not well while its accounts are %s', async (failure, status) => {
        expect((await api.send('/health')).json).toEqual({ status: 'ok' });
        api.state.failure = failure;
        expect(await api.send('/health')).toMatchObject({ status: 503, json: { status } });
        api.state.failure = null;
        expect((await api.send('/health')).status).toBe(200);
    });
});

/** Bytes that never reach the app, and how they are refused. */
const refusals: Array<[what: string, bytes: string, status: string, code: string]> = [
    ['no HTTP', 'nonsense\r\n\r\n', '400 Bad Request', 'invalid_input'],
    ['a second Host', 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '400 Bad Request', 'invalid_input'],
    ['no Host in HTTP/1.1', 'GET /health HTTP/1.1\r\n\r\n', '400 Bad Request', 'invalid_input'],
    ['a Host that is none', 'GET /health HTTP/1.1\r\nHost: a b/c\r\n\r\n', '400 Bad Request', 'invalid_input'],
    [
        'an Expect of something else',
        'GET /health HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n',
        '417 Expectation Failed',
        'invalid_input',
    ],
    [
        'headers over 16 KB',
        `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
        '431 Request Header Fields Too Large',
        'invalid_input',
    ],
    [
        'headers that come too slowly',
        'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ',
        '408 Request Timeout',
        'request_timeout',
    ],
];

describe.each([
    ['a fresh connection', false],
    ['a used connection', true],
])('on %s', (_, isUsed) => {
    it.each(refusals)(
        'answers %s in the envelope, with one request id, and hangs up',
        async (_what, bytes, status, code) => {
            const connection = await openConnection();
            if (isUsed) await use(connection);
            const before = connection.received().length;
            api.log.length = 0;
            connection.socket.write(bytes);
            const response = (await connection.ended).slice(before);
            expect(response.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
            expect(response.toLowerCase()).toContain('connection: close');
            const { error } = JSON.parse(response.split('\r\n\r\n')[1] ?? '');
            expect(error).toMatchObject({ code, retryable: code === 'request_timeout' });
            expect(response.toLowerCase()).toContain(`x-request-id: ${error.request_id.toLowerCase()}`);
            expect(api.log).toEqual([
                expect.objectContaining({ request_id: error.request_id, status: Number(status.slice(0, 3)), code }),
            ]);
        },
    );
});

describe('a connection', () => {
    it('gets its pending response before the error for invalid bytes after it', async () => {
        const { key } = account;
        const { socket, ended } = await openConnection();
        const body = JSON.stringify(one('slow-1'));
        socket.write(
            `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}nonsense\r\n\r\n`,
        );
        const received = await ended;
        expect(received.indexOf('HTTP/1.1 200 OK')).toBe(0);
        expect(received.indexOf('"kind":"single"')).toBeGreaterThan(0);
    });

    it('gets 408 for a slow body, with the id in the log', async () => {
        const { key } = account;
        const { socket, ended } = await openConnection();
        socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 50\r\n\r\n{`);
        const received = await ended;
        expect(received.split('\r\n')[0]).toBe('HTTP/1.1 408 Request Timeout');
        const { error } = JSON.parse(received.split('\r\n\r\n')[1] ?? '');
        expect(error).toMatchObject({ code: 'request_timeout', retryable: true });
        expect(api.log).toEqual([expect.objectContaining({ request_id: error.request_id, status: 408 })]);
    });

    it.each([
        ['HTTP/1.0 without a Host', 'GET /health HTTP/1.0\r\n\r\n'],
        ['HTTP/1.0 with a Host', 'GET /health HTTP/1.0\r\nHost: lb\r\n\r\n'],
        ['an empty Host', 'GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
        ['HEAD in HTTP/1.0', 'HEAD /health HTTP/1.0\r\n\r\n'],
    ])('is served with %s, as load balancers send it', async (_, bytes) => {
        const { socket, ended } = await openConnection();
        socket.write(bytes);
        expect((await ended).split('\r\n')[0]).toMatch(/^HTTP\/1\.[01] 200 OK$/);
    });

    it('is closed if its body has no end', async () => {
        const { key } = account;
        const { socket, ended } = await openConnection();
        socket.write(
            `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        const chunk = `${(16_384).toString(16)}\r\n${'x'.repeat(16_384)}\r\n`;
        const pump = setInterval(() => socket.write(chunk), 1);
        const received = await ended;
        clearInterval(pump);
        expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
        expect(received).toContain('larger than 64 KB');
    });
});

describe('a stopping server', () => {
    it('finishes running requests, accepts no new connections, and closes idle ones', async () => {
        const stopping = await startApi();
        const { key } = await stopping.createAccount();
        const silent = await openConnection(stopping);
        const running = stopping.post(one('slow-1'), key);
        await expect.poll(() => stopping.fetched).toEqual(['slow-1']);
        const stopped = stopping.stop();
        await expect(stopping.send('/health')).rejects.toThrow('fetch failed');
        expect((await running).status).toBe(200);
        await stopped;
        expect(await silent.ended).toBe('');
    });

    it('responds on existing connections, once on each', async () => {
        const stopping = await startApi({ settings: { graceMs: 500 } });
        const connection = await openConnection(stopping);
        await use(connection);
        const stopped = stopping.stop();
        connection.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
        const received = await connection.ended;
        expect(received.split('"status":"ok"')).toHaveLength(3);
        expect(received.slice(received.lastIndexOf('HTTP/1.1 200')).toLowerCase()).toContain('connection: close');
        await stopped;
    });

    it('waits for the work of disconnected clients, so that it is settled', async () => {
        const stopping = await startApi();
        const account = await stopping.createAccount();
        const hangUp = new AbortController();
        const pending = fetch(`${stopping.origin}${path}`, {
            method: 'POST',
            body: JSON.stringify(one('slow-1')),
            headers: { Authorization: `Bearer ${account.key}`, 'Idempotency-Key': 'k' },
            signal: hangUp.signal,
        });
        await expect.poll(() => stopping.fetched).toEqual(['slow-1']);
        hangUp.abort();
        await expect(pending).rejects.toThrow('aborted');
        await stopping.close();
        expect(await stopping.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
        await stopping.stop();
    });
});
