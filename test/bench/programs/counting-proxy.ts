import { connect, createServer, type AddressInfo } from 'node:net';

export type CountingProxy = {
    url: string;
    /** Statements, and how often the client waited for the server. */
    counts: { statements: number; roundTrips: number };
    close(): Promise<void>;
};

/** Stands between a client and a PostgreSQL server, and counts what the client sends. */
export async function startCountingProxy(databaseUrl: string): Promise<CountingProxy> {
    const target = new URL(databaseUrl);
    const counts = { statements: 0, roundTrips: 0 };
    const server = createServer((client) => {
        const upstream = connect(Number(target.port || 5432), target.hostname);
        const read = createMessageReader((type) => {
            // A simple query, or the execution of a prepared one; a simple query and a sync are answered to the end.
            if (type === 'Q' || type === 'E') counts.statements += 1;
            if (type === 'Q' || type === 'S') counts.roundTrips += 1;
        });
        client.on('data', (chunk: Buffer) => {
            read(chunk);
            upstream.write(chunk);
        });
        upstream.on('data', (chunk: Buffer) => client.write(chunk));
        for (const [socket, other] of [
            [client, upstream],
            [upstream, client],
        ] as const) {
            socket.on('error', () => {});
            socket.on('close', () => other.destroy());
        }
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    return {
        url: url.href,
        counts,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
            }),
    };
}

/** Takes the client's messages apart: a start without a type, then a letter and a length each. */
function createMessageReader(onMessage: (type: string) => void): (chunk: Buffer) => void {
    const sslRequest = 80_877_103;
    let buffer: Buffer = Buffer.alloc(0);
    let hasStarted = false;
    return (chunk) => {
        buffer = Buffer.concat([buffer, chunk]);
        for (;;) {
            const lengthAt = hasStarted ? 1 : 0;
            if (buffer.length < (hasStarted ? 5 : 8)) return;
            const end = lengthAt + buffer.readInt32BE(lengthAt);
            if (buffer.length < end) return;
            if (hasStarted) onMessage(String.fromCharCode(buffer[0] ?? 0));
            else hasStarted = buffer.readInt32BE(4) !== sslRequest;
            buffer = buffer.subarray(end);
        }
    };
}
