import type { RequestRecord } from '../../enrichment/source.ts';

/** Request counts by outcome. */
export type RequestTally = {
    requests: number;
    /** A profile, a company, or a definite "not found". */
    answered: number;
    /** Redirected to another address. */
    redirected: number;
    refused: number;
    /** Timeouts, proxy failures and server errors. */
    failed: number;
};

/** Metrics of the requests to LinkedIn since this start of the run, company pages included: `requests` in OUTPUT. */
export type RequestMetrics = {
    total: number;
    /** Per profile found on LinkedIn's pages; null with none. */
    per_profile_found: number | null;
    /** Bytes on the wire in both directions, handshakes included; null where the client cannot tell. */
    bytes: number | null;
    bytes_per_profile_found: number | null;
    /** By the request's number within its session. */
    by_session_use: Record<'1' | '2' | '3' | '4+', RequestTally>;
    by_proxy: Array<{ kind: string; country: string | null } & RequestTally>;
    by_client: Array<{ client: string } & RequestTally>;
    by_page: Array<{ page: RequestRecord['page'] } & RequestTally>;
    /** By kind; kinds that did not occur are omitted. */
    refusals: Partial<Record<RefusalKind, number>>;
    failures: Record<string, number>;
};

/** The forms of refusal, and their names in the report. */
export const refusalNames = {
    blocked: 'status 999',
    wall: 'sign-in wall',
    redirect_loop: 'redirect loop',
    rate_limited: 'status 429',
    other_page: 'another page',
} as const;
export type RefusalKind = keyof typeof refusalNames;

export function isRefusal(outcome: RequestRecord['outcome']): outcome is RefusalKind {
    return Object.hasOwn(refusalNames, outcome);
}

/** Counts requests by outcome, and by what may explain it. */
export function createRequestMetrics() {
    let bytes: number | null = 0;
    let found = 0;
    const total = createTally();
    const uses = { '1': createTally(), '2': createTally(), '3': createTally(), '4+': createTally() };
    const proxies = new Map<string, RequestMetrics['by_proxy'][number]>();
    const clients = new Map<string, RequestMetrics['by_client'][number]>();
    const pages = new Map<string, RequestMetrics['by_page'][number]>();
    const refusals: Partial<Record<RefusalKind, number>> = {};
    const failures: Record<string, number> = {};

    return {
        record({ client, page, proxy, sessionUse, outcome, bytes: more }: RequestRecord): void {
            if (outcome === 'found' && page === 'profile') found += 1;
            bytes = bytes === null || more === null ? null : bytes + more;
            const proxyKey = `${proxy.kind} ${proxy.country}`;
            const ofProxy = proxies.get(proxyKey) ?? { ...proxy, ...createTally() };
            proxies.set(proxyKey, ofProxy);
            const ofClient = clients.get(client) ?? { client, ...createTally() };
            clients.set(client, ofClient);
            const ofPage = pages.get(page) ?? { page, ...createTally() };
            pages.set(page, ofPage);
            const kind = classify(outcome);
            const use = sessionUse >= 4 ? '4+' : (String(sessionUse) as '1' | '2' | '3');
            for (const tally of [total, uses[use], ofProxy, ofClient, ofPage]) {
                tally.requests += 1;
                tally[kind] += 1;
            }
            if (isRefusal(outcome)) refusals[outcome] = (refusals[outcome] ?? 0) + 1;
            else if (kind === 'failed') failures[outcome] = (failures[outcome] ?? 0) + 1;
        },
        /** Null without requests. */
        read(): RequestMetrics | null {
            if (total.requests === 0) return null;
            return {
                total: total.requests,
                per_profile_found: found === 0 ? null : Math.round((total.requests / found) * 100) / 100,
                bytes,
                bytes_per_profile_found: bytes === null || found === 0 ? null : Math.round(bytes / found),
                by_session_use: uses,
                by_proxy: [...proxies.values()],
                by_client: [...clients.values()],
                by_page: [...pages.values()],
                refusals,
                failures,
            };
        },
    };
}

function createTally(): RequestTally {
    return { requests: 0, answered: 0, redirected: 0, refused: 0, failed: 0 };
}

function classify(outcome: RequestRecord['outcome']): Exclude<keyof RequestTally, 'requests'> {
    if (outcome === 'found' || outcome === 'not_found') return 'answered';
    if (outcome === 'redirect') return 'redirected';
    return isRefusal(outcome) ? 'refused' : 'failed';
}
