import { SessionPool, type Session } from '@crawlee/core';
import type { Clock } from '../../enrichment/clock.ts';
import type { FailedOutcome, Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { buildFault, buildRefusal, classifyAnswer, isLinkedInHost, readRateHint } from './classify-answer.ts';
import { fetchPage, type PageFetch } from './fetch-page.ts';
import { readPage, type PageReading } from './page.ts';

const maxRedirects = 5;
/** Each session has an address of its own behind a proxy. Without one they all share ours, and a few looks are enough. */
const maxSessions = { withProxy: 200, withoutProxy: 10 };

export type PublicPageSourceOptions = {
    /** Where the pages are: LinkedIn itself, or a local server that stands in for it. */
    origin: string;
    name?: 'public-page' | 'sandbox';
    /** Crawlee's or Apify's proxy configuration; null for direct connections. */
    proxy: { newUrl(sessionId?: string): Promise<string | undefined> } | null;
    clock: Clock;
};

/** How many requests of a session may time out before it is retired: its way out is probably dead. */
const timeoutsToRetire = 2;

/**
 * The logged-out profile page as a source. No login, no account's cookies, no attempt to get past a wall: a session
 * that meets one is retired, and the next try comes from another.
 */
export async function createPublicPageSource({
    origin,
    name = 'public-page',
    proxy,
    clock,
}: PublicPageSourceOptions): Promise<Source> {
    const timeouts = new WeakMap<Session, number>();
    const sessions = await SessionPool.open({
        maxPoolSize: proxy ? maxSessions.withProxy : maxSessions.withoutProxy,
        persistenceOptions: { enable: false },
    });

    async function fetchProfile(request: SourceRequest): Promise<SourceOutcome> {
        const session = await sessions.getSession();
        const proxyUrl = await proxy?.newUrl(session.id);
        const outcome = await followPage(request, session, proxyUrl);
        judgeSession(session, outcome);
        if (outcome.kind !== 'failed' || proxyUrl === undefined) return outcome;
        // What was said to a session is not said to the others: it is retired, and the next attempt goes elsewhere.
        const { pause: _, ...failure } = outcome;
        return failure;
    }

    function judgeSession(session: Session, outcome: SourceOutcome): void {
        if (outcome.kind !== 'failed') return session.markGood();
        if (outcome.cause === 'timeout') {
            const count = (timeouts.get(session) ?? 0) + 1;
            timeouts.set(session, count);
            if (count >= timeoutsToRetire) session.retire();
        } else if (outcome.isRefusal || outcome.cause === 'proxy' || outcome.pause) session.retire();
    }

    async function followPage(
        request: SourceRequest,
        session: Session,
        proxyUrl: string | undefined,
    ): Promise<SourceOutcome> {
        let giveUpAt = clock.elapsed() + request.timeoutMs;
        let url = new URL(`/in/${encodeURIComponent(request.handle)}/`, origin);
        for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
            if (redirects > 0) {
                const queuedAt = clock.elapsed();
                await request.awaitTurn?.();
                giveUpAt += clock.elapsed() - queuedAt;
            }
            const timeoutMs = giveUpAt - clock.elapsed();
            if (timeoutMs <= 0) return timedOut();
            const answer = await askOnce({ ...request, timeoutMs }, url, session, proxyUrl);
            if (!(answer instanceof URL)) return answer;
            url = answer;
        }
        return buildFault('redirect_loop', 'too many redirects');
    }

    /** One request: an outcome, or the address that it was redirected to. */
    async function askOnce(
        { handle, timeoutMs, signal, onSent, onRateHint }: SourceRequest,
        url: URL,
        session: Session,
        proxyUrl: string | undefined,
    ): Promise<SourceOutcome | URL> {
        const fetched = await fetchPage({
            url: url.href,
            proxyUrl,
            sessionToken: session,
            timeoutMs,
            signal,
            onSent,
            wantsBody: (head) => classifyAnswer(head, url, clock.now()).kind === 'page',
            readBody: (body) => readPage(body, readHandle(url) ?? handle),
        });
        if (fetched.kind !== 'answered') return describeBreak(fetched, url, proxyUrl);
        if (proxyUrl !== undefined && fetched.head.statusCode === 407) return refuseProxy('status 407', proxyUrl);
        const hint = readRateHint(fetched.head, clock.now());
        if (hint && proxyUrl === undefined) onRateHint?.(hint);
        const meaning = classifyAnswer(fetched.head, url, clock.now());
        switch (meaning.kind) {
            case 'not_found':
                return { kind: 'not_found' };
            case 'failed':
                return meaning.failure;
            case 'redirect':
                return moveToOrigin(meaning.url);
            case 'page':
                return fetched.content ? describeReading(await fetched.content) : buildFault('unreadable', 'no page');
        }
    }

    /** LinkedIn's own addresses are asked of the origin; nothing else is ever asked. */
    function moveToOrigin(url: URL): URL {
        return isLinkedInHost(url) ? new URL(url.pathname, origin) : url;
    }

    return {
        name,
        fetchProfile,
        async close() {
            await sessions.teardown();
        },
    };
}

function timedOut(): FailedOutcome {
    return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
}

/** Errors of the network by which no server was met at all; a connection that broke off later may have met one. */
const unreachableCodes = new Set([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'ETIMEDOUT',
]);

function describeBreak(
    fetched: Exclude<PageFetch<unknown>, { kind: 'answered' }>,
    url: URL,
    proxyUrl: string | undefined,
): FailedOutcome {
    switch (fetched.kind) {
        case 'timeout':
            return timedOut();
        case 'too_large':
            return buildFault('too_large', 'the page is larger than 10 MB', false);
        case 'broken': {
            const { detail, head, isCertificate } = fetched;
            if (isCertificate) return { ...buildRefusal('certificate', detail), peer: url.host };
            // A proxy that lets nothing through is a refusal: another may, and twenty in a row end the run.
            if (proxyUrl !== undefined && head === null) return refuseProxy(detail, proxyUrl);
            const isNobodyThere = unreachableCodes.has(detail);
            return { ...buildFault('no_connection', detail), isRefusal: isNobodyThere, peer: url.host };
        }
    }
}

function refuseProxy(detail: string, proxyUrl: string): FailedOutcome {
    return { ...buildRefusal('proxy', detail), peer: new URL(proxyUrl).host };
}

function describeReading(reading: PageReading): SourceOutcome {
    switch (reading.kind) {
        case 'profile':
            return {
                kind: 'found',
                profile: reading.profile,
                handle: reading.handle,
                unreadSections: reading.unreadSections,
            };
        case 'not_found':
            return { kind: 'not_found' };
        case 'wall':
        case 'other_page':
            return buildRefusal(reading.kind, reading.detail);
        case 'incomplete':
            return buildFault('unreadable', reading.detail);
    }
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
