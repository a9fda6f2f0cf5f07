import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Clock } from '../enrichment/clock.ts';
import { buildErrorEnvelope, type ErrorCode } from './api-error.ts';
import { defaultBodyTimeoutMs } from './read-body.ts';
import { readRawHeader } from './raw-headers.ts';
import type { RequestLogEntry } from './request-context.ts';

const maxHeaderBytes = 16 * 1024;
const maxConnections = 10_000;
/** How long clients may take to read their responses while the server stops, in milliseconds. */
const flushMs = 2000;

export type ServerSettings = {
    /**
     * How long the headers of a request may take, in milliseconds; slower clients are disconnected at the next check.
     */
    headersMs: number;
    checkEveryMs: number;
    /** How long an idle connection is kept open; must be longer than the load balancer's timeout. */
    keepAliveMs: number;
    /** How long idle connections are still served while the server stops. */
    graceMs: number;
};

const defaults: ServerSettings = { headersMs: 10_000, checkEveryMs: 1000, keepAliveMs: 75_000, graceMs: 2000 };

export type ApiServer = {
    /** `http://host:port` of the listening socket. */
    origin: string;
    /**
     * Accepts no new connections, answers requests on existing ones with `Connection: close`, and resolves when all
     * work is done, including that of disconnected clients.
     */
    close(): Promise<void>;
};

export type ServerOptions = {
    fetch: Parameters<typeof getRequestListener>[0];
    host: string;
    port: number;
    clock: Clock;
    newRequestId: () => string;
    /** Called with one entry per request that is refused before it reaches the app. */
    logRequest: (entry: RequestLogEntry) => void;
    settings?: Partial<ServerSettings>;
};

/** Serves a fetch handler over HTTP/1.0 and 1.1, with limits on slow clients and large requests. */
export async function startServer(options: ServerOptions): Promise<ApiServer> {
    const { fetch, host, port, clock } = options;
    const settings = { ...defaults, ...options.settings };
    const refuse = createRefusal(options);
    const working = new Set<Promise<unknown>>();
    let isClosing = false;

    const listener = getRequestListener(
        (request, env) => {
            const response = Promise.resolve(fetch(request, env));
            working.add(response);
            const forget = () => working.delete(response);
            response.then(forget, forget);
            return response;
        },
        {
            // For HTTP/1.0 requests, which need no `Host`.
            hostname: host.includes(':') ? `[${host}]` : host,
            errorHandler: () => refuse.build(400, 'invalid_input', 'The URL or the `Host` header is invalid.'),
        },
    );
    const server = createServer(
        {
            headersTimeout: settings.headersMs,
            // Bodies have a shorter timeout; this one is for bodies that are not read.
            requestTimeout: defaultBodyTimeoutMs * 2,
            keepAliveTimeout: settings.keepAliveMs,
            connectionsCheckingInterval: settings.checkEveryMs,
            maxHeaderSize: maxHeaderBytes,
            requireHostHeader: false,
        },
        (request, response) => {
            refuse.follow(request.socket, response);
            if (isClosing) response.setHeader('Connection', 'close');
            const mistake = findHostMistake(request);
            if (mistake === null) void listener(request, response);
            else refuse.answer(response, 400, 'invalid_input', mistake);
        },
    );
    server.maxConnections = maxConnections;
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
        refuse.follow(request.socket, response);
        refuse.answer(response, 417, 'invalid_input', 'The header `Expect` may only be 100-continue.');
    });
    server.on('clientError', refuse.onClientError);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });

    const origin = await listen(server, host, port).catch((error: NodeJS.ErrnoException) => {
        const reason = listenFailures[error.code ?? ''] ?? error.message;
        throw new Error(`The API cannot listen on ${host}:${port}: ${reason}.`, { cause: error });
    });

    return {
        origin,
        async close() {
            isClosing = true;
            // Not `close` of HTTP servers, which would close connections with an incoming request.
            const closed = new Promise<void>((resolve) => {
                NetServer.prototype.close.call(server, () => resolve());
            });
            const graceEndsAt = clock.elapsed() + settings.graceMs;
            while (working.size > 0 || (clock.elapsed() < graceEndsAt && sockets.size > 0)) {
                await Promise.race([...working, clock.sleep(20)]).catch(() => {});
            }
            for (const socket of sockets) if (!refuse.isWaiting(socket)) socket.destroy();
            // The remaining clients read too slowly.
            const done = new AbortController();
            await Promise.race([closed, clock.sleep(flushMs, done.signal).catch(() => {})]);
            done.abort();
            server.closeAllConnections();
            await closed;
        },
    };
}

/** Why listening failed and what to do, by the system's code. */
const listenFailures: Record<string, string> = {
    EADDRINUSE: 'the port is in use. Stop the program that uses it, or set another PORT',
    EADDRNOTAVAIL: 'this machine has no such address. Set another HOST',
    EACCES: 'this port needs more privileges. Set a PORT above 1023',
    ENOTFOUND: 'the host name cannot be resolved. Set another HOST',
};

/** Resolves to `http://host:port` of the listening socket; rejects with the system's error. */
export function listen(server: Server, host: string, port: number): Promise<string> {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
            const { address, port: boundPort } = server.address() as AddressInfo;
            resolve(`http://${address.includes(':') ? `[${address}]` : address}:${boundPort}`);
        });
    });
}

/** HTTP/1.1 requires exactly one `Host`, which may be empty. */
function findHostMistake({ httpVersion, rawHeaders }: IncomingMessage): string | null {
    const hosts = readRawHeader(rawHeaders, 'host').length;
    if (hosts > 1) return 'Two `Host` headers were sent. Send one.';
    return hosts === 0 && httpVersion === '1.1' ? 'The `Host` header is missing.' : null;
}

/** Refuses requests that never reach the app, in the API's error envelope and with one log entry. */
function createRefusal({ clock, newRequestId, logRequest }: ServerOptions) {
    /** The pending response of each connection. */
    const pending = new WeakMap<Socket, ServerResponse>();

    function prepare(status: number, code: ErrorCode, message: string) {
        const requestId = newRequestId();
        logRequest(buildRefusalEntry(clock, requestId, status, code));
        const body = JSON.stringify(buildErrorEnvelope(code, message, requestId));
        const headers = {
            'Content-Type': 'application/json; charset=utf-8',
            'x-request-id': requestId,
            'Content-Length': String(Buffer.byteLength(body)),
            Connection: 'close',
        };
        return { body, headers };
    }

    function build(status: number, code: ErrorCode, message: string): Response {
        const { body, headers } = prepare(status, code, message);
        return new Response(body, { status, headers });
    }

    function answer(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
        const { body, headers } = prepare(status, code, message);
        response.writeHead(status, headers).end(body);
    }

    function isWaiting(socket: Socket): boolean {
        const response = pending.get(socket);
        return response !== undefined && !response.writableFinished && !socket.destroyed;
    }

    /** Not HTTP, too large or too slow. A pending response on the connection is sent first. */
    function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
        const waiting = pending.get(socket);
        if (waiting && isWaiting(socket)) {
            waiting.once('close', () => onClientError(error, socket));
            if (!waiting.headersSent) waiting.setHeader('Connection', 'close');
            return;
        }
        if (!socket.writable || error.code === 'ECONNRESET') {
            socket.destroy();
            return;
        }
        const [status, reason, code, message] = describeClientError(error.code);
        const { body, headers } = prepare(status, code, message);
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`);
    }

    return {
        follow(socket: Socket, response: ServerResponse): void {
            pending.set(socket, response);
        },
        build,
        answer,
        isWaiting,
        onClientError,
    };
}

/** The entry of a request that was refused before anything else is known about it. */
function buildRefusalEntry(clock: Clock, requestId: string, status: number, code: ErrorCode): RequestLogEntry {
    return {
        time: new Date(clock.now()).toISOString(),
        request_id: requestId,
        route: 'unknown',
        tenant: null,
        mode: null,
        status,
        code,
        duration_ms: 0,
        upstream_ms: 0,
        attempts: 0,
        urls: 0,
        credits_used: 0,
    };
}

function describeClientError(
    code: string | undefined,
): [status: number, reason: string, code: ErrorCode, message: string] {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
        return [408, 'Request Timeout', 'request_timeout', 'The request did not arrive in time. Send it again.'];
    }
    if (code === 'HPE_HEADER_OVERFLOW') {
        const message = 'The headers are larger than 16 KB.';
        return [431, 'Request Header Fields Too Large', 'invalid_input', message];
    }
    return [400, 'Bad Request', 'invalid_input', 'This is not an HTTP request.'];
}
