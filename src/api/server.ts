import { createAdaptorServer } from '@hono/node-server';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ulid } from 'ulid';
import { buildErrorEnvelope } from './api-error.ts';

/** How long a client may take, in milliseconds: slower ones are cut off at the next check. */
const patience = { headersMs: 10_000, requestMs: 15_000, checkEveryMs: 1000 };
const keepAliveTimeoutMs = 30_000;
const maxHeaderBytes = 16 * 1024;
const maxConnections = 10_000;

/** Why an address cannot be listened on, and what to do, by the system's code. */
const listenFailures: Record<string, string> = {
    EADDRINUSE: 'the port is taken. Stop what listens there, or set another PORT',
    EADDRNOTAVAIL: 'this machine has no such address. Set another HOST',
    EACCES: 'this port needs more rights. Set a PORT above 1023',
    ENOTFOUND: 'this host has no address. Set another HOST',
};

export type ApiServer = {
    /** `http://host:port` as it listens. */
    origin: string;
    /** Takes no more connections, lets what runs finish, then closes what is silent. */
    close(): Promise<void>;
};

/** Serves a fetch handler over HTTP/1.1 with limits on how slow and how large a client may be. */
export async function startServer({
    fetch,
    host,
    port,
    clientPatience = patience,
}: {
    fetch: Parameters<typeof createAdaptorServer>[0]['fetch'];
    host: string;
    port: number;
    clientPatience?: typeof patience;
}): Promise<ApiServer> {
    const server = createAdaptorServer({
        fetch,
        serverOptions: {
            headersTimeout: clientPatience.headersMs,
            requestTimeout: clientPatience.requestMs,
            keepAliveTimeout: keepAliveTimeoutMs,
            connectionsCheckingInterval: clientPatience.checkEveryMs,
            maxHeaderSize: maxHeaderBytes,
        },
    }) as Server;
    server.maxConnections = maxConnections;
    server.on('clientError', refuseConnection);

    let inFlight = 0;
    let isClosing = false;
    server.prependListener('request', (_request, response: ServerResponse) => {
        inFlight += 1;
        if (isClosing) response.setHeader('Connection', 'close');
        response.once('close', () => {
            inFlight -= 1;
            closeSilentConnections();
        });
    });

    function closeSilentConnections(): void {
        if (isClosing && inFlight === 0) server.closeAllConnections();
    }

    await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
            const reason = listenFailures[error.code ?? ''] ?? error.message;
            reject(new Error(`The API cannot listen on ${host}:${port}: ${reason}.`, { cause: error }));
        });
        server.listen(port, host, resolve);
    });
    const { address, port: boundPort } = server.address() as AddressInfo;
    return {
        origin: `http://${address.includes(':') ? `[${address}]` : address}:${boundPort}`,
        close: () =>
            new Promise((resolve) => {
                isClosing = true;
                server.close(() => resolve());
                closeSilentConnections();
            }),
    };
}

/** Answers what is no HTTP, too large or too slow in the API's envelope, and ends the connection. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
    if (!socket.writable || socket.bytesWritten > 0) {
        socket.destroy();
        return;
    }
    const [status, message] = describeClientError(error.code);
    const requestId = `req_${ulid()}`;
    const body = JSON.stringify(buildErrorEnvelope('invalid_input', message, requestId));
    socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nx-request-id: ${requestId}\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
}

function describeClientError(code: string | undefined): [status: string, message: string] {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', 'The request did not arrive in time.'];
    if (code === 'HPE_HEADER_OVERFLOW') {
        return ['431 Request Header Fields Too Large', 'The headers are larger than 16 KB.'];
    }
    return ['400 Bad Request', 'This is not an HTTP request.'];
}
