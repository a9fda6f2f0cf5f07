import type { Clock, Random } from '../../enrichment/clock.ts';
import type { RequestRecord, Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { createAddresses } from './addresses.ts';
import { fetchPage, type HttpClient, type HttpClientName } from './http/http-client.ts';
import { createNodeClient } from './http/node-client.ts';
import type { PageReading } from './page.ts';
import { describeProxy } from './proxy-urls.ts';
import { describeBreak, describeReading, refuseProxy, timedOut } from './outcomes.ts';
import { buildFault, buildRefusal, classifyResponse, readRateHint } from './response.ts';
import {
    defaultSessionMaxUses,
    createSessions,
    type ProxyUrls,
    type Session,
    type SessionVerdict,
} from './sessions.ts';

const maxRedirects = 5;
/** How many requests a circle of redirects may take: one can set a cookie and lead back. */
const maxLoopRequests = 3;

export type PublicPageSourceOptions = {
    /** Where the pages are: LinkedIn itself, or a local server that stands in for it. */
    origin: string;
    name?: 'public-page' | 'sandbox';
    /** Crawlee's or Apify's proxy configuration; null for direct connections. */
    proxy: ProxyUrls | null;
    /** What makes the requests; Node itself unless said otherwise. */
    client?: HttpClient | HttpClientName;
    /** How many profiles one session is shown at most. */
    sessionMaxUses?: number;
    clock: Clock;
    random?: Random;
    /** Told what came of each request. */
    onRequest?: (record: RequestRecord) => void;
};

type ReadPage = (body: Buffer, handle: string) => Promise<PageReading>;

/** Set once the reader is there. */
let readPage: ReadPage | null = null;

/** Loads the reader, with the first page: a start does not wait for it. */
async function loadReader(): Promise<ReadPage> {
    readPage ??= (await import('./page.ts')).readPage;
    return readPage;
}

/**
 * The logged-out profile page as a source. No login, no account's cookies, no attempt to get past a wall: a session
 * that meets one is retired, and the next attempt comes from another.
 */
export async function createPublicPageSource(options: PublicPageSourceOptions): Promise<Source> {
    const { origin, name = 'public-page', proxy, clock, random = Math.random } = options;
    const { sessionMaxUses: maxUses = defaultSessionMaxUses } = options;
    const client = typeof options.client === 'object' ? options.client : await openHttpClient(options.client ?? 'node');
    const sessions = createSessions({ client, proxy, maxUses, clock, random });
    const addresses = createAddresses(origin, proxy !== null);

    async function fetchProfile(request: SourceRequest): Promise<SourceOutcome> {
        const session = await sessions.acquire();
        let verdict: SessionVerdict = 'good';
        try {
            const outcome = await visit(request, session);
            verdict = judge(outcome);
            if (outcome.kind !== 'failed' || session.proxyUrl === undefined) return outcome;
            // What was said to a session is not said to the others: it is retired, and the next attempt goes elsewhere.
            const { pause: _, ...failure } = outcome;
            return failure;
        } finally {
            sessions.release(session, verdict);
        }
    }

    /** Asks for a profile and follows where it is said to be. */
    async function visit(request: SourceRequest, session: Session): Promise<SourceOutcome> {
        let giveUpAt = clock.elapsed() + request.timeoutMs;
        let address = addresses.ofProfile(request.handle);
        const asked: string[] = [];
        let loopStart = Number.POSITIVE_INFINITY;
        for (;;) {
            const timeoutMs = giveUpAt - clock.elapsed();
            if (timeoutMs <= 0) return timedOut();
            const next = await ask({ ...request, timeoutMs }, { address, session, isRedirect: asked.length > 0 });
            if (!(next instanceof URL)) return next;
            asked.push(address.href);
            const before = asked.indexOf(next.href);
            if (before >= 0) loopStart = Math.min(loopStart, before);
            if (asked.length - loopStart >= maxLoopRequests || asked.length > maxRedirects) {
                return buildRefusal('redirect_loop', 'too many redirects');
            }
            address = next;
            const queuedAt = clock.elapsed();
            const leftMs = (await request.awaitTurn?.()) ?? Number.POSITIVE_INFINITY;
            const now = clock.elapsed();
            giveUpAt = Math.min(giveUpAt + now - queuedAt, now + leftMs);
        }
    }

    /** One request: an outcome, or the address that it was redirected to. */
    async function ask(
        { handle, timeoutMs, signal, onSent, onRateHint }: SourceRequest,
        { address, session, isRedirect }: { address: URL; session: Session; isRedirect: boolean },
    ): Promise<SourceOutcome | URL> {
        const { url, host } = addresses.locate(address);
        const cookies = session.getCookies(address);
        const classify = (head: Parameters<typeof classifyResponse>[0]) =>
            classifyResponse(head, {
                now: clock.now(),
                resolve: (location) => addresses.resolve(location, address),
            });
        const fetched = await fetchPage(session.browser, {
            url,
            target: { host, path: url.pathname + url.search, cookies, isRedirect },
            timeoutMs,
            clock,
            signal,
            onSent,
            wantsBody: (head) => classify(head).kind === 'page',
            readBody(body) {
                const asked = readHandle(address) ?? handle;
                return readPage ? readPage(body, asked) : loadReader().then((read) => read(body, asked));
            },
        });
        const next = await interpret();
        record(session, next);
        return next;

        async function interpret(): Promise<SourceOutcome | URL> {
            const { proxyUrl } = session;
            if (fetched.kind !== 'responded') return describeBreak(fetched, url, proxyUrl);
            if (proxyUrl !== undefined && fetched.head.statusCode === 407) return refuseProxy('status 407', proxyUrl);
            session.keepCookies(fetched.head.headers['set-cookie'], address);
            const hint = readRateHint(fetched.head, clock.now());
            if (hint && proxyUrl === undefined) onRateHint?.(hint);
            const meaning = classify(fetched.head);
            switch (meaning.kind) {
                case 'not_found':
                    return { kind: 'not_found' };
                case 'failed':
                    return meaning.failure;
                case 'redirect':
                    return meaning.address;
                case 'page':
                    return fetched.content
                        ? describeReading(await fetched.content)
                        : buildFault('unreadable', 'no page');
            }
        }
    }

    function record(session: Session, next: SourceOutcome | URL): void {
        const outcome = next instanceof URL ? 'redirect' : next.kind === 'failed' ? next.cause : next.kind;
        const { use, browser, proxyUrl } = session;
        options.onRequest?.({
            client: client.name,
            proxy: describeProxy(proxyUrl),
            sessionUse: use,
            outcome,
            bytes: browser.takeBytes(),
        });
    }

    return {
        name,
        fetchProfile,
        async close() {
            sessions.close();
        },
    };
}

async function openHttpClient(name: HttpClientName): Promise<HttpClient> {
    switch (name) {
        case 'node':
            return createNodeClient();
        case 'got-scraping':
            return (await import('./http/got-client.ts')).createGotClient();
        case 'impit':
            return (await import('./http/impit-client.ts')).createImpitClient();
    }
}

/** What an outcome says of the session that it was told to. */
function judge(outcome: SourceOutcome): SessionVerdict {
    if (outcome.kind !== 'failed') return 'good';
    if (outcome.cause === 'timeout') return 'timeout';
    return outcome.isRefusal || outcome.pause ? 'refused' : 'good';
}

function readHandle(url: URL): string | null {
    const segment = /^\/in\/([^/]+)/i.exec(url.pathname)?.[1];
    if (segment === undefined) return null;
    try {
        return decodeURIComponent(segment).normalize('NFC').toLowerCase();
    } catch {
        return null;
    }
}
