import type { LookupFunction } from 'node:net';
import { Session as CrawleeSession, SessionPool } from '@crawlee/core';
import type { Clock, Random } from '../../enrichment/clock.ts';
import type { HeaderSet } from './http/browser-headers.ts';
import type { Browser, HttpClient } from './http/http-client.ts';

/** How many profiles one session is shown at most, unless the caller says otherwise. */
export const defaultSessionMaxUses = 6;

/** How long a session behind a proxy rests between two profiles, in milliseconds. */
const restMs = 2_000;
/** A session that was not used for longer is let go: the provider may have given its address to somebody else. */
const maxIdleMs = 60_000;
/** The most sessions that rest at once: each holds a connection. With more to do, they rest less. */
const maxResting = 200;
/** Without a proxy all sessions come from one address. A few are enough. */
const sessionsWithoutProxy = 10;
/** How many requests of a session may time out before it is retired: its way out is probably dead. */
const timeoutsToRetire = 2;

/** The cookies of an account: they are neither kept nor sent. */
const accountCookie = /^\s*(?:li_at|liap)\s*=/i;

/** Hands out proxy URLs; Apify's and Crawlee's proxy configuration both do. */
export type ProxyUrls = {
    newUrl(sessionId?: string): Promise<string | undefined>;
    /** How a proxy's name is looked up; as Node does unless given. */
    lookup?: LookupFunction;
};

/** One visitor, as LinkedIn sees them: a browser, an address, cookies. */
export type Session = {
    readonly id: string;
    /** Which use of the session this is, from 1. */
    readonly use: number;
    readonly browser: Browser;
    readonly proxyUrl: string | undefined;
    /** The cookies to send with a request for an address, as `name=value`. */
    getCookies(address: URL): string[];
    /** Keeps what a response from an address set. */
    keepCookies(setCookie: readonly string[] | undefined, address: URL): void;
};

/** What became of a session's use: `refused` retires it, a second `timeout` too. */
export type SessionVerdict = 'good' | 'refused' | 'timeout';

export type Sessions = {
    /** The session that was used least recently, where one has rested, or a new one. Never waits for one. */
    acquire(): Promise<Session>;
    /** Ends a use; each is ended once. */
    release(session: Session, verdict: SessionVerdict): void;
    close(): void;
};

type SessionState = Session & {
    use: number;
    readonly crawlee: CrawleeSession;
    /** How many requests it is used by right now. */
    underWay: number;
    timeouts: number;
    /** Whether it takes no more uses. */
    isOver: boolean;
    releasedAt: number;
};

/**
 * The sessions of a source. Behind a proxy each has a browser, an address and one connection of its own, is used by one
 * request at a time, and rests after it; there are as many as the rate needs. Without a proxy sessions are cookies and
 * headers only: they share one browser, which is another one after a refusal, and none is waited for.
 */
export function createSessions({
    client,
    proxy,
    maxUses,
    clock,
    random,
}: {
    client: HttpClient;
    proxy: ProxyUrls | null;
    maxUses: number;
    clock: Clock;
    random: Random;
}): Sessions {
    // Crawlee's sessions belong to a pool. Its own choice is a random one and knows no rest, so it is never asked for one.
    const pool = new SessionPool({ persistenceOptions: { enable: false } });
    /** What may be used, the least recently used first. */
    const ready: SessionState[] = [];
    /** How many sessions each browser has. */
    const owners = new Map<Browser, number>();
    let sharedBrowser: Browser | null = null;

    function takeRested(): SessionState | undefined {
        for (let oldest = ready[0]; oldest; oldest = ready[0]) {
            const idleMs = clock.elapsed() - oldest.releasedAt;
            if (idleMs < restMs && ready.length < maxResting) return undefined;
            ready.shift();
            if (idleMs <= maxIdleMs && oldest.crawlee.isUsable()) return oldest;
            drop(oldest);
        }
        return undefined;
    }

    function takeShared(): SessionState | undefined {
        if (ready.length < sessionsWithoutProxy) return undefined;
        const next = ready.shift();
        if (next) ready.push(next);
        return next;
    }

    async function create(): Promise<SessionState> {
        const crawlee = new CrawleeSession({ sessionPool: pool, maxUsageCount: maxUses });
        // Without a proxy nothing is waited for: sessions asked for at once know of each other.
        const proxyUrl = proxy ? await proxy.newUrl(crawlee.id) : undefined;
        const browser = proxy ? openBrowser(proxyUrl) : (sharedBrowser ??= openBrowser(undefined));
        owners.set(browser, (owners.get(browser) ?? 0) + 1);
        const session: SessionState = {
            id: crawlee.id,
            use: 0,
            browser,
            proxyUrl,
            crawlee,
            underWay: 0,
            timeouts: 0,
            isOver: false,
            releasedAt: clock.elapsed(),
            getCookies: ({ href }) => crawlee.cookieJar.getCookiesSync(href).map((cookie) => cookie.cookieString()),
            keepCookies(setCookie, { href }) {
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
        const headerSet = pickHeaderSet(client.headerSets, random);
        return client.openBrowser({ headerSet, proxyUrl, lookupProxy: proxy?.lookup });
    }

    function end(session: SessionState): void {
        session.isOver = true;
        const place = ready.indexOf(session);
        if (place >= 0) ready.splice(place, 1);
    }

    function drop({ crawlee, browser }: SessionState): void {
        crawlee.retire();
        const left = (owners.get(browser) ?? 1) - 1;
        owners.set(browser, left);
        if (left > 0 || browser === sharedBrowser) return;
        owners.delete(browser);
        browser.close();
    }

    return {
        async acquire() {
            const session = (proxy ? takeRested() : takeShared()) ?? (await create());
            session.use += 1;
            session.underWay += 1;
            if (session.use >= maxUses) end(session);
            return session;
        },
        release(given, verdict) {
            const session = given as SessionState;
            session.underWay -= 1;
            session.releasedAt = clock.elapsed();
            session.crawlee.markGood();
            if (verdict === 'timeout') session.timeouts += 1;
            if (verdict === 'refused' && session.browser === sharedBrowser) sharedBrowser = null;
            if (verdict === 'refused' || session.timeouts >= timeoutsToRetire) end(session);
            if (!session.isOver && proxy) ready.push(session);
            if (session.isOver && session.underWay === 0) drop(session);
        },
        close() {
            for (const browser of owners.keys()) browser.close();
        },
    };
}

function pickHeaderSet(sets: readonly HeaderSet[], random: Random): HeaderSet {
    const set = sets[Math.floor(random() * sets.length)];
    if (!set) throw new Error('there is no header set');
    return set;
}
