import { getRequestListener } from '@hono/node-server';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import type { Clock } from '../enrichment/clock.ts';
import { buildErrorEnvelope, type ErrorCode } from './api-error.ts';
import { defaultBodyPatienceMs } from './middleware/read-body.ts';
import { buildRefusalEntry, type RequestLogEntry } from './middleware/observe-request.ts';

const maxHeaderBytes = 16 * 1024;
const maxConnections = 10_000;
/** How long a response may take to be read once the server stops, in milliseconds. */
const flushMs = 2000;

export type ServerSettings = {
    /** How long the headers of a request may take, in milliseconds; slower clients are cut off at the next check. */
    headersMs: number;
    checkEveryMs: number;
    /** How long an idle connection is kept: longer than a balancer in front of us keeps it. */
    keepAliveMs: number;
    /** How long idle connections are still served when the server is told to stop. */
    graceMs: number;
};

const defaults: ServerSettings = { headersMs: 10_000, checkEveryMs: 1000, keepAliveMs: 75_000, graceMs: 2000 };

export type ApiServer = {
    /** `http://host:port` as it listens. */
    origin: string;
    /**
     * Takes no more connections, answers what comes on those there are with `Connection: close`, and resolves when all
     * work is done: also the work whose caller hung up.
     */
    close(): Promise<void>;
};

export type ServerOptions = {
    fetch: Parameters<typeof getRequestListener>[0];
    host: string;
    port: number;
    clock: Clock;
    newRequestId: () => string;
    /** Takes one entry for each request that is refused before it reaches the app. */
    logRequest: (entry: RequestLogEntry) => void;
    settings?: Partial<ServerSettings>;
};

/** Serves a fetch handler over HTTP/1.0 and 1.1 with limits on how slow and how large a client may be. */
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
            // Named where a request names none: HTTP/1.0 need not.
            hostname: host.includes(':') ? `[${host}]` : host,
            errorHandler: () => refuse.build(400, 'invalid_input', 'The address or the `Host` header is not one.'),
        },
    );
    const server = createServer(
        {
            headersTimeout: settings.headersMs,
            // Bodies have a shorter limit of their own; this is for those that nobody reads.
            requestTimeout: defaultBodyPatienceMs * 2,
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
        refuse.answer(response, 417, 'invalid_input', 'The header `Expect` takes 100-continue only.');
    });
    server.on('clientError', refuse.onClientError);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });

    await listen(server, host, port);
    const { address, port: boundPort } = server.address() as AddressInfo;

    return {
        origin: `http://${address.includes(':') ? `[${address}]` : address}:${boundPort}`,
        async close() {
            isClosing = true;
            // Not the method of HTTP servers, which would cut off connections on which a request is on its way.
            const closed = new Promise<void>((resolve) => {
                NetServer.prototype.close.call(server, () => resolve());
            });
            const graceEndsAt = clock.elapsed() + settings.graceMs;
            while (working.size > 0 || (clock.elapsed() < graceEndsAt && sockets.size > 0)) {
                await Promise.race([...working, clock.sleep(20)]).catch(() => {});
            }
            for (const socket of sockets) if (!refuse.isWaiting(socket)) socket.destroy();
            // What is left reads its response too slowly.
            const done = new AbortController();
            await Promise.race([closed, clock.sleep(flushMs, done.signal).catch(() => {})]);
            done.abort();
            server.closeAllConnections();
            await closed;
        },
    };
}

/** Why an address cannot be listened on, and what to do, by the system's code. */
const listenFailures: Record<string, string> = {
    EADDRINUSE: 'the port is taken. Stop what listens there, or set another PORT',
    EADDRNOTAVAIL: 'this machine has no such address. Set another HOST',
    EACCES: 'this port needs more rights. Set a PORT above 1023',
    ENOTFOUND: 'this host has no address. Set another HOST',
};

function listen(server: Server, host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
            const reason = listenFailures[error.code ?? ''] ?? error.message;
            reject(new Error(`The API cannot listen on ${host}:${port}: ${reason}.`, { cause: error }));
        });
        server.listen(port, host, resolve);
    });
}

/** HTTP/1.1 wants exactly one `Host`; it may be empty. */
function findHostMistake({ httpVersion, rawHeaders }: IncomingMessage): string | null {
    const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1) return 'Two `Host` headers were sent. Send one.';
    return hosts === 0 && httpVersion === '1.1' ? 'The `Host` header is missing.' : null;
}

/** Answers what never becomes a request of the app, in the API's envelope, with one entry in the log. */
function createRefusal({ clock, newRequestId, logRequest }: ServerOptions) {
    /** The response that a connection is waiting for. */
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

    /** No HTTP, too large or too slow. On a connection that waits for a response, the response comes first. */
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
