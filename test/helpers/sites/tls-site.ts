import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import {
    createSecureServer,
    type Http2ServerRequest,
    type Http2ServerResponse,
    type ServerHttp2Session,
} from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificates } from './certificates.ts';

export type SiteRequest = {
    host: string;
    path: string;
    headers: IncomingHttpHeaders;
    /** Names and values in the order received; over HTTP/2 including pseudo-headers. */
    rawHeaders: string[];
    httpVersion: string;
    /** The client's port, by which a proxy identifies the exit. */
    remotePort: number;
};

export type SiteResponse = { status: number; headers?: OutgoingHttpHeaders; body?: string | Buffer };

/** A TLS site on loopback for all of LinkedIn's names, which records its requests. */
export async function startTlsSite(
    { cert, key }: Pick<Certificates, 'cert' | 'key'>,
    answer: (request: SiteRequest) => SiteResponse | Promise<SiteResponse>,
    { speaksHttp2 = true }: { speaksHttp2?: boolean } = {},
) {
    const asked: SiteRequest[] = [];
    const sockets = new Set<Socket>();
    let connections = 0;
    const server = speaksHttp2 ? createSecureServer({ cert, key, allowHTTP1: true }) : createServer({ cert, key });
    server.on('connection', (socket: Socket) => {
        connections += 1;
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });
    server.on('session', (session: ServerHttp2Session) => {
        session.on('error', () => {});
    });
    server.on(
        'request',
        (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
            const asking: SiteRequest = {
                host: 'authority' in request ? request.authority : (request.headers.host ?? ''),
                path: request.url ?? '/',
                headers: request.headers,
                rawHeaders: request.rawHeaders,
                httpVersion: request.httpVersion,
                remotePort: request.socket.remotePort ?? 0,
            };
            asked.push(asking);
            void (async () => {
                const { status, headers = {}, body = '' } = await answer(asking);
                if (request.socket.destroyed) return;
                const sent = { 'content-type': 'text/html; charset=utf-8', ...headers };
                // Node sends no status over 599 over HTTP/2: 403 instead of LinkedIn's 999.
                if ('stream' in response) {
                    if (response.stream.destroyed) return;
                    response.stream.respond({ ':status': status > 599 ? 403 : status, ...sent });
                    response.stream.end(body);
                } else response.writeHead(status, sent).end(body);
            })();
        },
    );
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return {
        port,
        asked,
        /** The number of connections so far. */
        connections: () => connections,
        async close() {
            for (const socket of sockets) socket.destroy();
            await new Promise<void>((resolve) => {
                server.close(() => resolve());
            });
        },
    };
}
