import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificates } from './certificates.ts';

export type Tunnel = { authority: string; user: string; headers: string[] };

export type ConnectProxyOptions = {
    /** The loopback port that a tunnel to an authority such as `de.linkedin.com:443` ends at. */
    portOf: (authority: string) => number;
    /** Makes it a proxy over TLS. */
    certificates?: Pick<Certificates, 'cert' | 'key'>;
    /** Called for each tunnel of a user with the proxy's local port. */
    onTunnel?: (user: string, localPort: number) => void;
};

/** A proxy on loopback that supports only tunnels, and records them. */
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
        /** Gives each session its own user, as proxy providers do. */
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
