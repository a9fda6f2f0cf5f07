import type { Clock, Random } from '../../enrichment/clock.ts';
import type { AttemptRequest, FailedOutcome, NotFoundOutcome, RequestRecord, Source } from '../../enrichment/source.ts';
import { createAddresses } from './addresses.ts';
import { fetchPage, type HttpClient, type HttpClientName } from './http/http-client.ts';
import { createNodeClient } from './http/node-client.ts';
import { describeBreak, refuseProxy, timedOut } from './outcomes.ts';
import { askForCompany, askForProfile, type PageQuestion } from './page-questions.ts';
import { describeProxy } from './proxy-urls.ts';
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

type Answered = { kind: 'found' };
/** What one request, or all of an attempt, came to. */
type Visit<Found> = Found | NotFoundOutcome | FailedOutcome;

/**
 * The logged-out pages of people and companies as a source. No login, no account's cookies, no attempt to get past a wall: a session
 * that meets one is retired, and the next attempt comes from another.
 */
export async function createPublicPageSource(options: PublicPageSourceOptions): Promise<Source> {
    const { origin, name = 'public-page', proxy, clock, random = Math.random } = options;
    const { sessionMaxUses: maxUses = defaultSessionMaxUses } = options;
    const client = typeof options.client === 'object' ? options.client : await openHttpClient(options.client ?? 'node');
    const sessions = createSessions({ client, proxy, maxUses, clock, random });
    const addresses = createAddresses(origin, proxy !== null);

    async function attempt<Found extends { kind: 'found' }>(
        request: AttemptRequest,
        question: PageQuestion<Found>,
    ): Promise<Visit<Found>> {
        const session = await sessions.acquire();
        let verdict: SessionVerdict = 'good';
        try {
            const outcome = await visit(request, question, session);
            verdict = judge(outcome);
            if (outcome.kind !== 'failed' || session.proxyUrl === undefined) return outcome;
            // What was said to a session is not said to the others: it is retired, and the next attempt goes elsewhere.
            const { pause: _, ...failure } = outcome;
            return failure;
        } finally {
            sessions.release(session, verdict);
        }
    }

    /** Asks for a page and follows where it is said to be. */
    async function visit<Found extends { kind: 'found' }>(
        request: AttemptRequest,
        question: PageQuestion<Found>,
        session: Session,
    ): Promise<Visit<Found>> {
        let giveUpAt = clock.elapsed() + request.timeoutMs;
        let address = addresses.ofPage(question.path);
        const asked: string[] = [];
        let loopStart = Number.POSITIVE_INFINITY;
        for (;;) {
            const timeoutMs = giveUpAt - clock.elapsed();
            if (timeoutMs <= 0) return timedOut();
            const isRedirect = asked.length > 0;
            const next = await ask({ ...request, timeoutMs }, question, { address, session, isRedirect });
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
    async function ask<Found extends { kind: 'found' }>(
        { timeoutMs, signal, onSent, onRateHint }: AttemptRequest,
        question: PageQuestion<Found>,
        { address, session, isRedirect }: { address: URL; session: Session; isRedirect: boolean },
    ): Promise<Visit<Found> | URL> {
        const { url, host } = addresses.locate(address);
        const cookies = session.getCookies(address);
        const classify = (head: Parameters<typeof classifyResponse>[0]) =>
            classifyResponse(head, {
                now: clock.now(),
                resolve: (location) => addresses.resolve(location, address),
                classifyPath: question.classifyPath,
            });
        const fetched = await fetchPage(session.browser, {
            url,
            target: { host, path: url.pathname + url.search, cookies, isRedirect },
            timeoutMs,
            clock,
            signal,
            onSent,
            wantsBody: (head) => classify(head).kind === 'page',
            readBody: (body) => question.read(body, address),
        });
        const next = await interpret();
        record(session, question, next);
        return next;

        async function interpret(): Promise<Visit<Found> | URL> {
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
                    return (await fetched.content) ?? buildFault('unreadable', 'no page');
            }
        }
    }

    function record(session: Session, { page }: Pick<PageQuestion<never>, 'page'>, next: Visit<Answered> | URL): void {
        const outcome = next instanceof URL ? 'redirect' : next.kind === 'failed' ? next.cause : next.kind;
        const { use, browser, proxyUrl } = session;
        options.onRequest?.({
            client: client.name,
            page,
            proxy: describeProxy(proxyUrl),
            sessionUse: use,
            outcome,
            bytes: browser.takeBytes(),
        });
    }

    return {
        name,
        fetchProfile: (request) => attempt(request, askForProfile(request.handle)),
        fetchCompany: (request) => attempt(request, askForCompany(request.path)),
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
function judge(outcome: Visit<Answered>): SessionVerdict {
    if (outcome.kind !== 'failed') return 'good';
    if (outcome.cause === 'timeout') return 'timeout';
    return outcome.isRefusal || outcome.pause ? 'refused' : 'good';
}
