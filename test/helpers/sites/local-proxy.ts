import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';

/**
 * A proxy on loopback that responds for every site. As with a proxy provider, the user name has the session of a
 * request; `sessions` has them in the order of the requests, `credentials` the full credentials of each request.
 * `connectStatus` is its response to CONNECT.
 */
export async function startLocalProxy(answer: RequestListener, connectStatus = 200) {
    const sessions: string[] = [];
    const credentials: string[] = [];
    const site = createServer(answer);
    const proxy = createServer((request, response) => {
        note(request.headers['proxy-authorization']);
        answer(request, response);
    });
    // A tunnel ends at the one local site.
    proxy.on('connect', (request, socket) => {
        note(request.headers['proxy-authorization']);
        if (connectStatus !== 200) return void socket.end(`HTTP/1.1 ${connectStatus} No\r\n\r\n`);
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        site.emit('connection', socket);
    });

    function note(authorization: string | undefined): void {
        const shown = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
        credentials.push(shown);
        sessions.push(shown.split(':')[0] ?? '');
    }

    await new Promise<void>((resolve) => {
        proxy.listen(0, '127.0.0.1', resolve);
    });
    const { port } = proxy.address() as AddressInfo;
    return {
        /** Its address, as named in messages. */
        host: `127.0.0.1:${port}`,
        sessions,
        credentials,
        configuration: { newUrl: async (sessionId?: string) => `http://${sessionId}:secret@127.0.0.1:${port}` },
        async close() {
            await new Promise<void>((resolve) => {
                proxy.close(() => resolve());
                proxy.closeAllConnections();
            });
        },
    };
}
