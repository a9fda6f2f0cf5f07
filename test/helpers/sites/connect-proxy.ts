import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificates } from './certificates.ts';

export type Tunnel = { authority: string; user: string; headers: string[] };

export type ConnectProxyOptions = {
    /** Where a tunnel to an authority such as `de.linkedin.com:443` really ends, on loopback. */
    portOf: (authority: string) => number;
    /** Makes it a proxy that is itself reached over TLS. */
    certificates?: Pick<Certificates, 'cert' | 'key'>;
    /** Told by which port of its own the proxy holds the tunnel of a user. */
    onTunnel?: (user: string, localPort: number) => void;
};

/** A proxy on loopback that makes tunnels and nothing else, and remembers them. */
export async function startConnectProxy({ portOf, certificates, onTunnel }: ConnectProxyOptions) {
    const tunnels: Tunnel[] = [];
    const sockets = new Set<Duplex>();
    const server = certificates ? createSecureServer(certificates) : createServer();

    function keep(socket: Duplex): void {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => sockets.delete(socket));
    }

    server.on('connection', keep);
    server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
        const authority = request.url ?? '';
        const shown = request.headers['proxy-authorization']?.replace(/^Basic /, '') ?? '';
        const [user = ''] = Buffer.from(shown, 'base64').toString().split(':');
        tunnels.push({ authority, user, headers: request.rawHeaders });
        const site: Socket = connect(portOf(authority), '127.0.0.1', () => {
            onTunnel?.(user, site.localPort ?? 0);
            client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
            site.write(head);
            site.pipe(client).pipe(site);
        });
        keep(client);
        keep(site);
        client.once('close', () => site.destroy());
        site.once('close', () => client.destroy());
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const scheme = certificates ? 'https' : 'http';
    return {
        host: `127.0.0.1:${port}`,
        tunnels,
        urlFor: (user: string) => `${scheme}://${user}:secret@127.0.0.1:${port}`,
        /** Gives each session a user of its own, as a provider does. */
        configuration: { newUrl: async (sessionId = 'nobody') => `${scheme}://${sessionId}:secret@127.0.0.1:${port}` },
        async close() {
            for (const socket of sockets) socket.destroy();
            await new Promise<void>((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            });
        },
    };
}
