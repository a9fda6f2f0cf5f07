import { once } from 'node:events';
import { Agent, request as sendRequest, type ClientRequest } from 'node:http';
import { connect as openHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as openTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { unescape } from 'node:querystring';
import { connect as openTls, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import { http2Settings, http2WindowBytes } from './chrome.ts';
import { ExchangeError } from './http-client.ts';

type Peer = 'site' | 'proxy';

/** A connection to a site. */
export type Connection =
    | { httpVersion: 2; session: ClientHttp2Session }
    | { httpVersion: 1; request(headers: Record<string, string>, url: URL): ClientRequest };

/**
 * The connections of one browser: one to each site, through the proxy if there is one. The protocol is negotiated on
 * the connection that is then used. Certificates are verified, the proxy's included.
 */
export function createConnections(options: {
    proxyUrl: string | undefined;
    lookupProxy?: LookupFunction | undefined;
    userAgent: string;
    trust: () => SecureContext;
}) {
    const { proxyUrl, lookupProxy, userAgent, trust } = options;
    const proxy = proxyUrl === undefined ? null : new URL(proxyUrl);
    const sites = new Map<string, Promise<Connection>>();
    const agents = new Set<Agent>();
    const sockets = new Set<Socket>();
    const closing = new AbortController();
    let closedBytes = 0;
    let takenBytes = 0;

    /** The connection to a site, opened if necessary. Rejects with `ExchangeError`, and when `signal` aborts. */
    async function reach(url: URL, signal: AbortSignal): Promise<Connection> {
        for (;;) {
            signal.throwIfAborted();
            const opening = sites.get(url.origin) ?? openSite(url, signal);
            sites.set(url.origin, opening);
            try {
                const connection = await opening;
                const isGone =
                    connection.httpVersion === 2 && (connection.session.closed || connection.session.destroyed);
                if (!isGone) return connection;
                forget(url.origin, opening);
            } catch (error) {
                forget(url.origin, opening);
                // The request that was opening it was aborted, but this one was not.
                if (isAbort(error) && !signal.aborted && !closing.signal.aborted) continue;
                throw error;
            }
        }
    }

    function forget(origin: string, opening: Promise<Connection>): void {
        if (sites.get(origin) === opening) sites.delete(origin);
    }

    async function openSite(url: URL, requestSignal: AbortSignal): Promise<Connection> {
        const isPlain = url.protocol === 'http:';
        const signal = AbortSignal.any([requestSignal, closing.signal]);
        if (isPlain && proxy) return speakHttp1(() => openProxy(proxy, closing.signal), { viaProxy: proxy });
        if (isPlain) return speakHttp1(() => openSocket(url, closing.signal, 'site'));
        const socket = await openSecure(url, signal);
        if (socket.alpnProtocol !== 'h2') return speakHttp1(() => openSecure(url, closing.signal), { spare: socket });
        const session = openHttp2(url.origin, { createConnection: () => socket, settings: http2Settings });
        session.once('connect', () => session.setLocalWindowSize(http2WindowBytes));
        // Its streams emit the error as well, and are handled there.
        session.on('error', () => {});
        session.unref();
        return { httpVersion: 2, session };
    }

    function speakHttp1(
        open: () => Promise<Socket>,
        { spare, viaProxy }: { spare?: Socket; viaProxy?: URL } = {},
    ): Connection {
        const agent = createAgent(open, spare);
        agents.add(agent);
        return {
            httpVersion: 1,
            request: (headers, url) =>
                sendRequest({
                    agent,
                    // Separates the agent's sockets by site; no name is looked up.
                    host: url.hostname,
                    port: url.port || (url.protocol === 'https:' ? 443 : 80),
                    path: viaProxy ? url.href : url.pathname + url.search,
                    headers: { ...headers, ...(viaProxy ? buildAuthorization(viaProxy) : {}) },
                }),
        };
    }

    /** A TLS connection to the site, through the proxy's tunnel if there is a proxy. */
    async function openSecure(url: URL, signal: AbortSignal): Promise<TLSSocket> {
        const socket = proxy ? await openTunnel(proxy, url, signal) : await openSocket(url, signal, 'site');
        return shakeHands(socket, url.hostname, { signal, peer: 'site', protocols: ['h2', 'http/1.1'] });
    }

    async function openTunnel(through: URL, { hostname, port }: URL, signal: AbortSignal): Promise<Socket> {
        const authority = `${hostname}:${port || 443}`;
        const socket = await openProxy(through, signal);
        const tunnel = sendRequest({
            createConnection: () => socket,
            method: 'CONNECT',
            path: authority,
            headers: {
                Host: authority,
                'Proxy-Connection': 'keep-alive',
                'User-Agent': userAgent,
                ...buildAuthorization(through),
            },
        });
        // Added by Node, but sent by no browser.
        tunnel.removeHeader('Connection');
        tunnel.end();
        // Once aborted, it emits another error without a listener.
        tunnel.on('error', () => {});
        const [{ statusCode }] = (await settled(once(tunnel, 'connect', { signal }), 'proxy', socket)) as [
            { statusCode: number },
        ];
        if (statusCode === 200) return socket;
        socket.destroy();
        throw new ExchangeError(`status ${statusCode}`, { peer: 'proxy' });
    }

    async function openProxy(through: URL, signal: AbortSignal): Promise<Socket> {
        const socket = await openSocket(through, signal, 'proxy');
        if (through.protocol === 'http:') return socket;
        return shakeHands(socket, through.hostname, { signal, peer: 'proxy', protocols: ['http/1.1'] });
    }

    async function openSocket({ protocol, hostname, port }: URL, signal: AbortSignal, peer: Peer): Promise<Socket> {
        const socket = openTcp({
            host: hostname.replace(/^\[|\]$/g, ''),
            port: Number(port) || (protocol === 'https:' ? 443 : 80),
            noDelay: true,
            ...(peer === 'proxy' && lookupProxy ? { lookup: lookupProxy } : {}),
        });
        sockets.add(socket);
        socket.once('close', () => {
            closedBytes += countBytes(socket);
            sockets.delete(socket);
        });
        await settled(once(socket, 'connect', { signal }), peer, socket);
        return socket;
    }

    async function shakeHands(
        socket: Socket,
        host: string,
        { signal, peer, protocols }: { signal: AbortSignal; peer: Peer; protocols: string[] },
    ): Promise<TLSSocket> {
        const name = host.replace(/^\[|\]$/g, '');
        const options: ConnectionOptions & { requestOCSP: boolean } = {
            socket,
            // Selects the certificate; an IP address is never sent as a server name.
            ...(isIP(name) ? { host: name } : { servername: name }),
            secureContext: trust(),
            ALPNProtocols: protocols,
            requestOCSP: true,
            rejectUnauthorized: true,
        };
        const secure = openTls(options);
        await settled(once(secure, 'secureConnect', { signal }), peer, secure);
        return secure;
    }

    return {
        reach,
        /** Bytes sent and received since the last call, handshakes included. */
        takeBytes(): number {
            const bytes = [...sockets].reduce((sum, socket) => sum + countBytes(socket), closedBytes);
            const added = bytes - takenBytes;
            takenBytes = bytes;
            return added;
        },
        destroy(): void {
            closing.abort();
            for (const agent of agents) agent.destroy();
            for (const socket of sockets) socket.destroy();
            sites.clear();
        },
    };
}

/** An agent that gets its sockets from `open`, after `spare`, and keeps them alive for the next request. */
function createAgent(open: () => Promise<Socket>, spare: Socket | undefined): Agent {
    const agent = new Agent({ keepAlive: true });
    let first = spare;
    agent.createConnection = (_options, onOpen) => {
        const opening = first && !first.destroyed ? Promise.resolve(first) : open();
        first = undefined;
        opening.then(
            (socket) => onOpen?.(null, socket),
            (error: Error) => onOpen?.(error, undefined as never),
        );
        return undefined;
    };
    return agent;
}

/** Waits for an event; on failure destroys the socket and rejects with an `ExchangeError` that names the peer. */
async function settled(event: Promise<unknown[]>, peer: Peer, socket: Socket): Promise<unknown[]> {
    try {
        return await event;
    } catch (error) {
        // Destroying it may emit another error.
        socket.on('error', () => {});
        socket.destroy();
        if (isAbort(error)) throw error;
        const { name, code = name } = error as Error & { code?: string };
        throw new ExchangeError(code, { peer, cause: error });
    }
}

function isAbort(error: unknown): boolean {
    return (error as Error).name === 'AbortError';
}

function buildAuthorization({ username, password }: URL): Record<string, string> {
    if (username === '' && password === '') return {};
    // Unlike `decodeURIComponent`, it leaves a literal `%` as it is.
    const credentials = `${unescape(username)}:${unescape(password)}`;
    return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function countBytes({ bytesRead, bytesWritten }: Socket): number {
    return bytesRead + bytesWritten;
}
