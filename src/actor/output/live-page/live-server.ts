import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../enrichment/clock.ts';
import { stylesheet } from '../html/assets.ts';
import { liveScript, renderLivePage, renderRegions, type LiveRegions } from './render-live-page.ts';
import type { LiveState } from './live-state.ts';

const pollIntervalMs = 1_000;
/** Proxies close connections that are silent for long. */
const heartbeatIntervalMs = 15_000;
const maxListeners = 50;
/** Unsent data after which a slow client is disconnected. */
const maxBacklogBytes = 1_000_000;
/** How long the page stays up after the end if it was viewed. */
const lingerMs = 1_000;

const headers = {
    'cache-control': 'no-store',
    // No other host and no other script. Console shows the page in a frame.
    'content-security-policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://console.apify.com",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
} as const;

/** Serves the live page. Renders only while there are clients. Rejects when the port cannot be used. */
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
}) {
    const listeners = new Set<ServerResponse>();
    let sent: Partial<LiveRegions> = {};
    let ticking: AbortController | null = null;
    let wasViewed = false;

    /** Never throws, nor do `tick` and `end`: a failing display must not fail the run. */
    function respond(request: IncomingMessage, response: ServerResponse): void {
        try {
            answer(request, response);
        } catch {
            response.writeHead(500, headers).end();
        }
    }

    function answer(request: IncomingMessage, response: ServerResponse): void {
        const send = (contentType: string, body: string) =>
            void response.writeHead(200, { ...headers, 'content-type': contentType }).end(body);
        if (request.headers['x-apify-container-server-readiness-probe'] !== undefined)
            return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ready');
        if (request.method !== 'GET' && request.method !== 'HEAD')
            return void response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
        switch (request.url?.split('?')[0] ?? '/') {
            case '/':
                wasViewed = true;
                return send('text/html; charset=utf-8', renderLivePage(getState()));
            case '/style.css':
                return send('text/css; charset=utf-8', stylesheet);
            case '/live.js':
                return send('text/javascript; charset=utf-8', liveScript);
            case '/events':
                return request.method === 'HEAD' ? send('text/event-stream', '') : listen(response);
            default:
                response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('Not found.');
        }
    }

    function listen(response: ServerResponse): void {
        if (listeners.size >= maxListeners) return void response.writeHead(503, headers).end();
        // Sent to all clients: later updates are differences to this state.
        sent = renderRegions(getState());
        response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
        wasViewed = true;
        response.on('close', () => listeners.delete(response));
        listeners.add(response);
        for (const listener of listeners) push(listener, 'state', sent);
        void tick();
    }

    function push(listener: ServerResponse, event: 'state' | 'end', data: Partial<LiveRegions>): void {
        if (listener.writableLength > maxBacklogBytes) listener.destroy();
        else listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }

    /** Sends changes every second while there are clients. */
    async function tick(): Promise<void> {
        if (ticking) return;
        const controller = new AbortController();
        ticking = controller;
        let silentSince = clock.now();
        while (listeners.size > 0) {
            await clock.sleep(pollIntervalMs, controller.signal).catch(() => {});
            if (controller.signal.aborted) return;
            const regions = tryToRender() ?? sent;
            const changed = Object.fromEntries(
                Object.entries(regions).filter(([id, html]) => sent[id as keyof LiveRegions] !== html),
            );
            sent = regions;
            const isSilent = Object.keys(changed).length === 0;
            if (isSilent && clock.now() - silentSince < heartbeatIntervalMs) continue;
            silentSince = clock.now();
            for (const listener of listeners) {
                if (isSilent) listener.write(': heartbeat\n\n');
                else push(listener, 'state', changed);
            }
        }
        ticking = null;
    }

    function tryToRender(): LiveRegions | null {
        try {
            return renderRegions(getState());
        } catch {
            return null;
        }
    }

    const server = createServer(respond);
    await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
    });
    // The page must not keep the process alive.
    server.unref();

    /** Closes at once: clients reconnect when the run continues elsewhere. */
    function close(): void {
        ticking?.abort();
        server.close();
        server.closeAllConnections();
    }

    return {
        port: (server.address() as AddressInfo).port,
        /** Sends the last state and an `end` event, then closes; a moment later if the page was viewed. */
        async end(): Promise<void> {
            ticking?.abort();
            const regions = tryToRender() ?? sent;
            for (const listener of listeners) {
                push(listener, 'state', regions);
                push(listener, 'end', {});
                listener.end();
            }
            if (wasViewed) await clock.sleep(lingerMs);
            close();
        },
        close,
    };
}

export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>;
