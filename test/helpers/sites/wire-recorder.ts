import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** What was received over one connection. */
export type RecordedConnection = {
    protocol: string;
    /** HTTP/2 only: the connection's frames, such as `SETTINGS 2:0` and `WINDOW_UPDATE 15663105`. */
    frames: string[];
    /** Each request's headers as names and values, in order; over HTTP/2 including pseudo-headers. */
    requests: string[][];
};

const prefaceBytes = 24;
const frameHeadBytes = 9;

/**
 * A TLS server on loopback that records what a client sends: the HTTP/2 frames and all headers. Responds to every
 * request with an empty page, or as `answer` says.
 */
export async function startWireRecorder(
    { cert, key }: Pick<Certificates, 'cert' | 'key'>,
    {
        protocols = ['h2', 'http/1.1'],
        answer = () => ({ status: 200 }),
    }: {
        protocols?: string[];
        answer?: (path: string) => { status: number; headers?: Record<string, string | string[]> };
    } = {},
) {
    const connections: RecordedConnection[] = [];
    const byPort = new Map<number, RecordedConnection>();
    const sockets = new Set<Socket>();
    const page = { 'content-type': 'text/html' };

    const http2 = createHttp2Server();
    http2.on('stream', (stream: ServerHttp2Stream, headers: Record<string, unknown>, _flags: number, raw: string[]) => {
        byPort.get(stream.session?.socket.remotePort ?? 0)?.requests.push(raw);
        const { status, headers: more } = answer(String(headers[':path']));
        stream.respond({ ':status': status, ...page, ...more });
        stream.end('<p>Hello');
    });
    const http1 = createPlainServer((request: IncomingMessage, response: ServerResponse) => {
        connectionOf.get(request.socket)?.requests.push(request.rawHeaders);
        const { status, headers } = answer(request.url ?? '/');
        response.writeHead(status, { ...page, ...headers }).end('<p>Hello');
    });
    const connectionOf = new WeakMap<Socket, RecordedConnection>();
    await listen(http2);

    const server = createTlsServer({ cert, key, ALPNProtocols: protocols }, (socket: TLSSocket) => {
        const connection: RecordedConnection = {
            protocol: socket.alpnProtocol || 'http/1.1',
            frames: [],
            requests: [],
        };
        connections.push(connection);
        sockets.add(socket);
        socket.on('error', () => {});
        connectionOf.set(socket, connection);
        if (connection.protocol !== 'h2') return void http1.emit('connection', socket);
        const behind = connect((http2.address() as AddressInfo).port, '127.0.0.1', () => {
            byPort.set(behind.localPort ?? 0, connection);
            socket.on('data', recordFrames(connection));
            socket.pipe(behind).pipe(socket);
        });
        behind.on('error', () => {});
        sockets.add(behind);
    });
    await listen(server);
    return {
        port: (server.address() as AddressInfo).port,
        connections,
        async close() {
            for (const socket of sockets) socket.destroy();
            await Promise.all(
                [server, http2].map((each) => new Promise<void>((resolve) => void each.close(() => resolve()))),
            );
        },
    };
}

function recordFrames(connection: RecordedConnection): (piece: Buffer) => void {
    let bytes = Buffer.alloc(0);
    let skipped = 0;
    return (piece) => {
        const rest = piece.subarray(Math.min(piece.length, prefaceBytes - skipped));
        skipped += piece.length - rest.length;
        bytes = Buffer.concat([bytes, rest]);
        while (bytes.length >= frameHeadBytes) {
            const length = bytes.readUIntBE(0, 3);
            if (bytes.length < frameHeadBytes + length) return;
            const frame = describeFrame(
                bytes[3] ?? 0,
                bytes[4] ?? 0,
                bytes.subarray(frameHeadBytes, frameHeadBytes + length),
            );
            if (frame !== null) connection.frames.push(frame);
            bytes = bytes.subarray(frameHeadBytes + length);
        }
    };
}

/** The parts of a frame that distinguish clients; null for frames that only carry data or acknowledge. */
function describeFrame(type: number, flags: number, payload: Buffer): string | null {
    if (type === 1) {
        const priority = flags & 0x20 ? ` exclusive ${payload.readUInt32BE(0) >>> 31}, weight ${payload[4]}` : '';
        return `HEADERS${priority}`;
    }
    if (type === 4 && !(flags & 1)) {
        const settings = Array.from({ length: payload.length / 6 }, (_, place) => {
            return `${payload.readUInt16BE(place * 6)}:${payload.readUInt32BE(place * 6 + 2)}`;
        });
        return `SETTINGS ${settings.join(' ')}`;
    }
    return type === 8 ? `WINDOW_UPDATE ${payload.readUInt32BE(0)}` : null;
}

function listen(server: { listen(port: number, host: string, done: () => void): unknown }): Promise<void> {
    return new Promise((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
}
