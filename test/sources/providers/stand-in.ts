import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Source } from '../../../src/enrichment/source.ts';
import type { ProviderOptions } from '../../../src/sources/providers/provider-source.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

/** A request to a provider. */
export type Asked = {
    method: string;
    path: string;
    query: Record<string, string>;
    headers: IncomingHttpHeaders;
    body: unknown;
};

/** A response: text is sent as is, anything else as JSON. `silence` never responds; `broken` breaks the connection. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'silence' | 'broken';

/** A provider on loopback. Responds as `respond` says and records all requests. */
export async function startStandIn(respond: (asked: Asked) => Reply | Promise<Reply>) {
    const asked: Asked[] = [];
    const arrivals: Array<() => void> = [];
    const server = createServer((request, response) => {
        void text(request).then(async (sent) => {
            const url = new URL(request.url ?? '/', 'http://stand-in');
            const received: Asked = {
                method: request.method ?? '',
                path: url.pathname,
                query: Object.fromEntries(url.searchParams),
                headers: request.headers,
                body: sent === '' ? null : JSON.parse(sent),
            };
            asked.push(received);
            arrivals.splice(0).forEach((arrive) => arrive());
            const reply = await respond(received);
            if (reply === 'silence') return;
            if (reply === 'broken') return response.destroy();
            const { status = 200, headers = {}, body = '' } = reply;
            response.writeHead(status, { 'content-type': 'application/json', ...headers });
            response.end(typeof body === 'string' ? body : JSON.stringify(body));
        });
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    return {
        origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        asked,
        /** Resolves when the next request arrives. */
        nextArrival: () => new Promise<void>((resolve) => arrivals.push(resolve)),
        async close() {
            await new Promise<void>((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            });
        },
    };
}

export type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** Asks a provider for the handle of the test records, with this reply. */
export async function askStandIn(create: (options: ProviderOptions) => Source, reply: Reply) {
    const standIn = await startStandIn(() => reply);
    const source = create({ apiKey: 'k', origin: standIn.origin, clock: systemClock });
    try {
        const signal = new AbortController().signal;
        const outcome = await source.fetchProfile({ handle: 'ada-exemplar', timeoutMs: 15_000, signal });
        return { outcome, asked: standIn.asked };
    } finally {
        await standIn.close();
    }
}
