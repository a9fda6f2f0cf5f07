import { SessionPool, type Session } from '@crawlee/core';
import type { FailedOutcome, Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { buildFault, buildRefusal, classifyAnswer, isLinkedInHost, readRateHint } from './classify-answer.ts';
import { fetchPage, type PageFetch } from './fetch-page.ts';
import { readPage, type PageReading } from './read-page.ts';

const maxRedirects = 5;
/** Each session has an address of its own behind a proxy. Without one they all share ours, and a few looks are enough. */
const maxSessions = { withProxy: 200, withoutProxy: 10 };

export type PublicPageSourceOptions = {
    /** Where the pages are: LinkedIn itself, or a local server that stands in for it. */
    origin: string;
    name?: 'public-page' | 'sandbox';
    /** Crawlee's or Apify's proxy configuration; null for direct connections. */
    proxy: { newUrl(sessionId?: string): Promise<string | undefined> } | null;
};

/**
 * The logged-out profile page as a source. No login, no account's cookies, no attempt to get past a wall: a session
 * that meets one is retired, and the next try comes from another.
 */
export async function createPublicPageSource({
    origin,
    name = 'public-page',
    proxy,
}: PublicPageSourceOptions): Promise<Source> {
    const sessions = await SessionPool.open({
        maxPoolSize: proxy ? maxSessions.withProxy : maxSessions.withoutProxy,
        persistenceOptions: { enable: false },
    });

    async function fetchProfile(request: SourceRequest): Promise<SourceOutcome> {
        const session = await sessions.getSession();
        const proxyUrl = await proxy?.newUrl(session.id);
        const outcome = await followPage(request, session, proxyUrl);
        judgeSession(session, outcome);
        return outcome;
    }

    async function followPage(
        request: SourceRequest,
        session: Session,
        proxyUrl: string | undefined,
    ): Promise<SourceOutcome> {
        const giveUpAt = Date.now() + request.timeoutMs;
        let url = new URL(`/in/${encodeURIComponent(request.handle)}/`, origin);
        for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
            if (redirects > 0) await request.awaitTurn?.();
            const timeoutMs = giveUpAt - Date.now();
            if (timeoutMs <= 0) return timedOut();
            const answer = await askOnce({ ...request, timeoutMs }, url, session, proxyUrl);
            if (!(answer instanceof URL)) return answer;
            url = answer;
        }
        return buildFault('too many redirects');
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
            wantsBody: (head) => classifyAnswer(head, url, Date.now()).kind === 'page',
            readBody: (body) => readPage(body, readHandle(url) ?? handle),
        });
        if (fetched.kind !== 'answered') return describeBreak(fetched, proxyUrl !== undefined);
        const hint = readRateHint(fetched.head, Date.now());
        if (hint) onRateHint?.(hint);
        const meaning = classifyAnswer(fetched.head, url, Date.now());
        switch (meaning.kind) {
            case 'not_found':
                return { kind: 'not_found' };
            case 'failed':
                return meaning.failure;
            case 'redirect':
                return moveToOrigin(meaning.url);
            case 'page':
                return fetched.content ? describeReading(await fetched.content) : buildFault('no page');
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
    return {
        kind: 'failed',
        code: 'upstream_timeout',
        isRetryable: true,
        isRefusal: false,
        detail: 'no answer in time',
    };
}

function describeBreak(fetched: Exclude<PageFetch<unknown>, { kind: 'answered' }>, hasProxy: boolean): FailedOutcome {
    switch (fetched.kind) {
        case 'timeout':
            return timedOut();
        case 'too_large':
            return { ...buildFault('the page is larger than 10 MB', false), reason: 'page_too_large' };
        case 'broken':
            if (!hasProxy) return buildFault(`the server broke off: ${fetched.detail}`);
            // A proxy that lets nothing through is a refusal: another may, and twenty in a row end the run.
            return { ...buildFault(`the proxy broke off: ${fetched.detail}`), isRefusal: fetched.head === null };
    }
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
            return buildRefusal(reading.detail);
        case 'incomplete':
            return buildFault(reading.detail);
    }
}

function judgeSession(session: Session, outcome: SourceOutcome): void {
    if (outcome.kind !== 'failed') session.markGood();
    else if (outcome.code === 'rate_limit_exceeded') session.markBad();
    else if (outcome.isRefusal || outcome.detail.startsWith('the proxy')) session.retire();
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
