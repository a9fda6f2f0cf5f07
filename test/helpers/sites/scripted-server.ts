import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A local server with a scripted response for each path, which records its requests. */
export async function startScriptedServer(
    behaviours: Record<string, Behaviour>,
    otherwise: Behaviour = (response) => response.writeHead(404).end(),
) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
        const path = request.url ?? '/';
        asked.push(path);
        (behaviours[path] ?? otherwise)(response, request);
    });
    let connections = 0;
    server.on('connection', () => {
        connections += 1;
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    return {
        origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        asked,
        /** The number of connections so far. */
        connections: () => connections,
        async close() {
            await new Promise<void>((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            });
        },
    };
}

export const html =
    (body: string, status = 200, headers: Record<string, string> = {}): Behaviour =>
    (response) =>
        response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);

export const redirect =
    (location: string): Behaviour =>
    (response) =>
        response.writeHead(302, { location }).end();
