import type { Clock, Random } from '../../enrichment/clock.ts';
import type { AttemptRequest, FailedOutcome, NotFoundOutcome, RequestRecord, Source } from '../../enrichment/source.ts';
import { buildFault, buildRefusal, buildTimeout } from '../failures.ts';
import { parseRateHint } from '../rate-limit-headers.ts';
import { fetchPage } from './http/fetch-page.ts';
import type { HttpClient, HttpClientName, ResponseHead } from './http/http-client.ts';
import { createNodeClient } from './http/node-client.ts';
import { createAddresses, requestCompany, requestProfile, type PageRequest } from './page-requests.ts';
import { describeProxy } from './proxy-urls.ts';
import { classifyResponse, describeBreak, refuseProxy } from './response.ts';
import {
    defaultSessionMaxUses,
    createSessions,
    type ProxyUrls,
    type Session,
    type SessionVerdict,
} from './sessions.ts';

const maxRedirects = 5;
/** The most requests in a redirect loop: one redirect can set a cookie and lead back. */
const maxLoopRequests = 3;

export type PublicPageSourceOptions = {
    /** The origin of the pages: LinkedIn, or a local server in its place. */
    origin: string;
    name?: 'public-page' | 'sandbox';
    /** Crawlee's or Apify's proxy configuration; null for direct connections. */
    proxy: ProxyUrls | null;
    /** Node's own by default. */
    client?: HttpClient | HttpClientName;
    /** The most profiles fetched with one session. */
    sessionMaxUses?: number;
    clock: Clock;
    random?: Random;
    /** Called for each request, after its outcome. */
    onRequest?: (record: RequestRecord) => void;
};

type AnyFound = { kind: 'found' };
/** The outcome of one request, or of a whole attempt. */
type Visit<Found> = Found | NotFoundOutcome | FailedOutcome;

/**
 * The logged-out pages of people and companies as a source. No login, no account cookies, no attempt to get past a
 * wall: a session that meets one is retired, and the next attempt uses another.
 */
export async function createPublicPageSource(options: PublicPageSourceOptions): Promise<Source> {
    const { origin, name = 'public-page', proxy, clock, random = Math.random } = options;
    const { sessionMaxUses: maxUses = defaultSessionMaxUses } = options;
    const client = typeof options.client === 'object' ? options.client : await openHttpClient(options.client ?? 'node');
    const sessions = createSessions({ client, proxy, maxUses, clock, random });
    const addresses = createAddresses(origin, proxy !== null);

    async function attempt<Found extends AnyFound>(
        request: AttemptRequest,
        page: PageRequest<Found>,
    ): Promise<Visit<Found>> {
        const session = await sessions.acquire();
        let verdict: SessionVerdict = 'good';
        try {
            const outcome = await visit(request, page, session);
            verdict = judge(outcome);
            if (outcome.kind !== 'failed' || session.proxyUrl === undefined) return outcome;
            // A pause concerns this session only: it is retired, and the next attempt uses another proxy.
            const { pause: _, ...failure } = outcome;
            return failure;
        } finally {
            sessions.release(session, verdict);
        }
    }

    /** Requests a page and follows its redirects. */
    async function visit<Found extends AnyFound>(
        request: AttemptRequest,
        page: PageRequest<Found>,
        session: Session,
    ): Promise<Visit<Found>> {
        let giveUpAt = clock.elapsed() + request.timeoutMs;
        let address = addresses.ofPage(page.path);
        const asked: string[] = [];
        let loopStart = Number.POSITIVE_INFINITY;
        for (;;) {
            const timeoutMs = giveUpAt - clock.elapsed();
            if (timeoutMs <= 0) return buildTimeout();
            const isRedirect = asked.length > 0;
            const next = await ask({ ...request, timeoutMs }, page, { address, session, isRedirect });
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

    /** Sends one request; returns its outcome, or the address that it was redirected to. */
    async function ask<Found extends AnyFound>(
        { timeoutMs, signal, onSent, onRateHint }: AttemptRequest,
        page: PageRequest<Found>,
        { address, session, isRedirect }: { address: URL; session: Session; isRedirect: boolean },
    ): Promise<Visit<Found> | URL> {
        const { url, host } = addresses.locate(address);
        const cookies = session.getCookies(address);
        const classify = (head: ResponseHead) =>
            classifyResponse(head, {
                now: clock.now(),
                resolve: (location) => addresses.resolve(location, address),
                classifyPath: page.classifyPath,
            });
        const fetched = await fetchPage(session.browser, {
            url,
            target: { host, path: url.pathname + url.search, cookies, isRedirect },
            timeoutMs,
            clock,
            signal,
            onSent,
            wantsBody: (head) => classify(head) === 'page',
            readBody: (body) => page.read(body, address),
        });
        const { use, browser, proxyUrl } = session;
        const next = await interpret();
        options.onRequest?.({
            client: client.name,
            page: page.page,
            proxy: describeProxy(proxyUrl),
            sessionUse: use,
            outcome: next instanceof URL ? 'redirect' : next.kind === 'failed' ? next.cause : next.kind,
            bytes: browser.takeBytes(),
        });
        return next;

        async function interpret(): Promise<Visit<Found> | URL> {
            if (fetched.kind !== 'responded') return describeBreak(fetched, url, proxyUrl);
            if (proxyUrl !== undefined && fetched.head.statusCode === 407) return refuseProxy('status 407', proxyUrl);
            session.storeCookies(fetched.head.headers['set-cookie'], address);
            const hint = parseRateHint(fetched.head.headers, clock.now());
            if (hint && proxyUrl === undefined) onRateHint?.(hint);
            const meaning = classify(fetched.head);
            return meaning === 'page' ? ((await fetched.content) ?? buildFault('unreadable', 'no page')) : meaning;
        }
    }

    return {
        name,
        fetchProfile: (request) => attempt(request, requestProfile(request.handle)),
        fetchCompany: (request) => attempt(request, requestCompany(request.path)),
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

/** What an outcome means for its session. */
function judge(outcome: Visit<AnyFound>): SessionVerdict {
    if (outcome.kind !== 'failed') return 'good';
    if (outcome.cause === 'timeout') return 'timeout';
    return outcome.isRefusal || outcome.pause ? 'refused' : 'good';
}
