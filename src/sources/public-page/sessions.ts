import type { LookupFunction } from 'node:net';
import { Session as CrawleeSession, SessionPool } from '@crawlee/core';
import type { Clock, Random } from '../../enrichment/clock.ts';
import type { HeaderSet } from './http/chrome.ts';
import type { Browser, HttpClient } from './http/http-client.ts';

/** The default of the most profiles fetched with one session. */
export const defaultSessionMaxUses = 6;

/** How long a session behind a proxy rests between two profiles, in milliseconds. */
const restMs = 2_000;
/** A session idle for longer is retired: the proxy provider may have reassigned its address. */
const maxIdleMs = 60_000;
/** The most resting sessions, since each holds a connection. Beyond that, they rest less. */
const maxResting = 200;
/** Without a proxy all sessions share one address, so a few are enough. */
const sessionsWithoutProxy = 10;
/** After this many timeouts a session is retired: its exit is probably dead. */
const timeoutsToRetire = 2;

/** Account cookies are neither stored nor sent. */
const accountCookie = /^\s*(?:li_at|liap)\s*=/i;

/** Provides proxy URLs, as Apify's and Crawlee's proxy configurations do. */
export type ProxyUrls = {
    newUrl(sessionId?: string): Promise<string | undefined>;
    /** DNS lookup for the proxy's host; Node's own by default. */
    lookup?: LookupFunction;
};

/** The outcome of a use: `refused` retires the session, and so does a second `timeout`. */
export type SessionVerdict = 'good' | 'refused' | 'timeout';

export type Sessions = ReturnType<typeof createSessions>;

type SessionsOptions = {
    client: HttpClient;
    proxy: ProxyUrls | null;
    maxUses: number;
    clock: Clock;
    random: Random;
};

/** One visitor from LinkedIn's point of view: a browser, an address, cookies. */
export type Session = {
    readonly id: string;
    /** The number of uses so far, including this one. */
    use: number;
    /** The number of uses that have not ended. */
    inFlight: number;
    timeouts: number;
    isRetired: boolean;
    releasedAt: number;
    readonly browser: Browser;
    readonly proxyUrl: string | undefined;
    readonly crawlee: CrawleeSession;
    /** The cookies for a request to an address, as `name=value`. */
    getCookies(address: URL): string[];
    /** Stores the cookies of a response from an address. */
    storeCookies(setCookie: readonly string[] | undefined, address: URL): void;
};

/**
 * The sessions of a source. Behind a proxy each has its own browser, address and connection, serves one profile at a
 * time, and rests afterwards; there are as many as the rate needs. Without a proxy a session is only cookies and
 * headers: all share one browser, which is replaced after a refusal, and none has to rest.
 */
export function createSessions({ client, proxy, maxUses, clock, random }: SessionsOptions) {
    // Crawlee's sessions need a pool. Its own choice is random and has no resting time, so it is not used.
    const pool = new SessionPool({ persistenceOptions: { enable: false } });
    /** The available sessions, the least recently used first. */
    const ready: Session[] = [];
    /** The number of sessions of each browser. */
    const owners = new Map<Browser, number>();
    let sharedBrowser: Browser | null = null;

    function takeRested(): Session | undefined {
        for (let oldest = ready[0]; oldest; oldest = ready[0]) {
            const idleMs = clock.elapsed() - oldest.releasedAt;
            if (idleMs < restMs && ready.length < maxResting) return undefined;
            ready.shift();
            if (idleMs <= maxIdleMs && oldest.crawlee.isUsable()) return oldest;
            drop(oldest);
        }
        return undefined;
    }

    function takeShared(): Session | undefined {
        if (ready.length < sessionsWithoutProxy) return undefined;
        const next = ready.shift();
        if (next) ready.push(next);
        return next;
    }

    async function create(): Promise<Session> {
        const crawlee = new CrawleeSession({ sessionPool: pool, maxUsageCount: maxUses });
        // No await without a proxy, so that concurrent calls see each other's sessions.
        const proxyUrl = proxy ? await proxy.newUrl(crawlee.id) : undefined;
        const browser = proxy ? openBrowser(proxyUrl) : (sharedBrowser ??= openBrowser(undefined));
        owners.set(browser, (owners.get(browser) ?? 0) + 1);
        const session: Session = {
            id: crawlee.id,
            use: 0,
            browser,
            proxyUrl,
            crawlee,
            inFlight: 0,
            timeouts: 0,
            isRetired: false,
            releasedAt: clock.elapsed(),
            getCookies: ({ href }) => crawlee.cookieJar.getCookiesSync(href).map((cookie) => cookie.cookieString()),
            storeCookies(setCookie, { href }) {
                for (const cookie of setCookie ?? []) {
                    if (!accountCookie.test(cookie))
                        crawlee.cookieJar.setCookieSync(cookie, href, { ignoreError: true });
                }
            },
        };
        if (!proxy) ready.push(session);
        return session;
    }

    function openBrowser(proxyUrl: string | undefined): Browser {
        const headerSet = client.headerSets[Math.floor(random() * client.headerSets.length)] as HeaderSet;
        return client.openBrowser({ headerSet, proxyUrl, lookupProxy: proxy?.lookup });
    }

    function retire(session: Session): void {
        session.isRetired = true;
        const place = ready.indexOf(session);
        if (place >= 0) ready.splice(place, 1);
    }

    function drop({ crawlee, browser }: Session): void {
        crawlee.retire();
        const left = (owners.get(browser) ?? 1) - 1;
        owners.set(browser, left);
        if (left > 0 || browser === sharedBrowser) return;
        owners.delete(browser);
        browser.close();
    }

    return {
        /** The least recently used session that has rested, or a new one. Never waits for a session. */
        async acquire(): Promise<Session> {
            const session = (proxy ? takeRested() : takeShared()) ?? (await create());
            session.use += 1;
            session.inFlight += 1;
            if (session.use >= maxUses) retire(session);
            return session;
        },
        /** Ends a use; must be called once per use. */
        release(session: Session, verdict: SessionVerdict): void {
            session.inFlight -= 1;
            session.releasedAt = clock.elapsed();
            session.crawlee.markGood();
            if (verdict === 'timeout') session.timeouts += 1;
            if (verdict === 'refused' && session.browser === sharedBrowser) sharedBrowser = null;
            if (verdict === 'refused' || session.timeouts >= timeoutsToRetire) retire(session);
            if (!session.isRetired && proxy) ready.push(session);
            if (session.isRetired && session.inFlight === 0) drop(session);
        },
        close(): void {
            for (const browser of owners.keys()) browser.close();
        },
    };
}
