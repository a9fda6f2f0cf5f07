import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../enrichment/clock.ts';
import { look } from '../pictures/look.ts';
import { liveScript, renderLivePage, renderRegions, type LiveRegions } from './render-live-page.ts';
import type { LiveState } from './live-state.ts';

const pollEveryMs = 1_000;
/** Proxies cut a connection that is silent for long. */
const heartbeatEveryMs = 15_000;
const maxListeners = 50;
/** A reader who does not take what is sent is cut off before this much waits in memory. */
const maxBacklogBytes = 1_000_000;
/** How long the page can still be read after the end, when somebody has looked at it. */
const lingerMs = 1_000;

const headers = {
    'cache-control': 'no-store',
    // Nothing is loaded from another host, and no script but ours runs. Console shows the page in a frame.
    'content-security-policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://console.apify.com",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
} as const;

export type LiveServer = {
    /** The port it listens on. */
    readonly port: number;
    /** Sends the last state, says that it was the last, and closes; a moment later if somebody has looked. */
    end(): Promise<void>;
    /** Closes at once: readers come back by themselves when the run goes on elsewhere. */
    close(): void;
};

/** Serves the live page. Rejects when the port cannot be had. Renders only while somebody looks. */
export async function startLiveServer({
    port,
    host,
    clock,
    getState,
}: {
    port: number;
    host: string;
    clock: Clock;
    getState: () => LiveState;
}): Promise<LiveServer> {
    const listeners = new Set<ServerResponse>();
    let sent: Partial<LiveRegions> = {};
    let ticking: AbortController | null = null;
    let wasSeen = false;

    function answer(request: IncomingMessage, response: ServerResponse): void {
        if (request.headers['x-apify-container-server-readiness-probe'] !== undefined) {
            response.writeHead(200, { 'content-type': 'text/plain' }).end('ready');
        } else if (request.method !== 'GET' && request.method !== 'HEAD') {
            response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
        } else route(request, response);
    }

    function route(request: IncomingMessage, response: ServerResponse): void {
        const send = (contentType: string, body: string) =>
            response.writeHead(200, { ...headers, 'content-type': contentType }).end(body);
        switch (request.url?.split('?')[0] ?? '/') {
            case '/':
                wasSeen = true;
                return void send('text/html; charset=utf-8', renderLivePage(getState()));
            case '/look.css':
                return void send('text/css; charset=utf-8', look);
            case '/live.js':
                return void send('text/javascript; charset=utf-8', liveScript);
            case '/events':
                return request.method === 'HEAD' ? void send('text/event-stream', '') : listen(response);
            default:
                response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('There is no such page.');
        }
    }

    function listen(response: ServerResponse): void {
        if (listeners.size >= maxListeners) return void response.writeHead(503, headers).end();
        response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
        wasSeen = true;
        response.on('close', () => listeners.delete(response));
        listeners.add(response);
        // To everybody: what the others get next is the difference to this.
        sent = renderRegions(getState());
        for (const listener of listeners) push(listener, 'state', sent);
        void tick();
    }

    function push(listener: ServerResponse, event: 'state' | 'end', data: Partial<LiveRegions>): void {
        if (listener.writableLength > maxBacklogBytes) listener.destroy();
        else listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }

    /** Sends what changed, every second, for as long as somebody listens. */
    async function tick(): Promise<void> {
        if (ticking) return;
        const controller = new AbortController();
        ticking = controller;
        let silentSince = clock.now();
        while (listeners.size > 0) {
            await clock.sleep(pollEveryMs, controller.signal).catch(() => {});
            if (controller.signal.aborted) return;
            const regions = renderRegions(getState());
            const changed = Object.fromEntries(
                Object.entries(regions).filter(([id, html]) => sent[id as keyof LiveRegions] !== html),
            );
            sent = regions;
            const isSilent = Object.keys(changed).length === 0;
            if (isSilent && clock.now() - silentSince < heartbeatEveryMs) continue;
            silentSince = clock.now();
            for (const listener of listeners) {
                if (isSilent) listener.write(': still here\n\n');
                else push(listener, 'state', changed);
            }
        }
        ticking = null;
    }

    const server = createServer(answer);
    await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
    });
    // The page must not keep a run alive that has nothing left to do.
    server.unref();

    function close(): void {
        ticking?.abort();
        server.close();
        server.closeAllConnections();
    }

    return {
        port: (server.address() as AddressInfo).port,
        async end() {
            ticking?.abort();
            const regions = renderRegions(getState());
            for (const listener of listeners) {
                push(listener, 'state', regions);
                push(listener, 'end', {});
                listener.end();
            }
            if (wasSeen) await clock.sleep(lingerMs);
            close();
        },
        close,
    };
}
