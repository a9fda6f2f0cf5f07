import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { Caller } from '../../accounts/request-ledger.ts';
import { isFinal, judgeEnrichment, mergeEnrichments } from '../../enrichment/chain-verdict.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { RequirableField } from '../../enrichment/result/completeness.ts';
import type { Mode, SourceName } from '../../enrichment/result/result.ts';
import { SourceUnusableError, type Source } from '../../enrichment/source.ts';
import { createPageLink, type PageLinkOptions, type PageSettings } from './page-link.ts';
import { createProviderLink } from './provider-link.ts';
import { skip, type Lookup, type Question, type SourceLink } from './source-link.ts';

/** What one URL may take, all attempts together, in milliseconds: callers give up after 10 s. */
export const urlBudgetMs = 8000;

/** What has to be left of a URL's time for a provider to be asked, in milliseconds: they are slow. */
const leastForProviderMs = 4000;
/** What a provider leaves the page after it, in milliseconds. */
const leftForPageMs = 3000;
/** What a source gets at least before time is kept for the next one, in milliseconds. */
const leastForSourceMs = 2000;
/** For how long a source is left alone that refuses our key or says that its credits are used up, in milliseconds. */
const lostMs = 5 * 60 * 1000;
/** When asking again can help after a refusal that names no pause, in milliseconds: a wall, a challenge, a 999. */
const refusedMs = 5000;

/** How one profile is to be looked up. */
export type LookupRequest = {
    caller: Caller;
    /** A profile without one of these is not good enough. */
    requiredFields: readonly RequirableField[];
    /** Whether the current company is looked up too, within the same time. */
    includesCompanyDetails: boolean;
    /** What it may take, in milliseconds; never more than `urlBudgetMs`. */
    budgetMs: number;
};

/** Looks profiles up. */
export type Enricher = {
    /** The source that is asked first. */
    firstSource(mode: Mode): SourceName;
    /** Looks one profile up. Never rejects because of a source; rejects when the accounts are gone. */
    enrich(profileUrl: ProfileUrl, request: LookupRequest): Promise<Lookup>;
    /** For how much longer each source of live keys is left alone, in milliseconds; 0 while it is asked. */
    listPauses(): Array<{ source: SourceName; pausedMs: number }>;
    /** Gives up lookups whose callers are gone. The sources stay open. */
    close(): void;
};

export type EnricherOptions = {
    /** In the order in which they are asked. */
    sources: Record<Mode, readonly Source[]>;
    /** Counts lookups at providers. */
    lookups: Pick<Gatekeeper, 'reserveLookup' | 'releaseLookup'>;
    clock: Clock;
    random: Random;
    /** Told of every lookup that was made at a source, for the metrics. */
    onLookup?: (lookup: Lookup) => void;
    /** Told of every company that was asked for, for the metrics. */
    onCompany?: PageLinkOptions['onCompany'];
    /** Told of a bug of ours that no request fails of. */
    onBug?: PageLinkOptions['onBug'];
    /** Told in a sentence for the operator when a source refuses our key or has no credits left. */
    onSourceLost?: (message: string) => void;
    settings?: EnricherSettings;
};

/** What a Standby run's input or the server's environment decides. */
export type EnricherSettings = PageSettings & {
    /** What one URL may take; never more than `urlBudgetMs`. */
    timeoutMs?: number;
    /** Whether providers are asked for people whom LinkedIn says do not exist. */
    asksProvidersForNotFound?: boolean;
};

/** In the sandbox nobody waits for anybody else. */
const unlimited = { maxRequestsPerSecond: 1000, maxInFlight: 1000 };

type LinkState = { link: SourceLink; isProvider: boolean; lostUntil: number };

/**
 * Looks profiles up within their time: asks the sources one after the other until one has a profile that is good enough.
 * One whole record makes the answer; if none is good enough, it is the fullest. Of the providers one is asked a request.
 */
export function createEnricher(options: EnricherOptions): Enricher {
    const { sources, lookups, clock, random, onLookup, onCompany, onBug, onSourceLost, settings = {} } = options;
    const longestMs = Math.min(urlBudgetMs, settings.timeoutMs ?? urlBudgetMs);
    const { asksProvidersForNotFound = false } = settings;
    const open = (source: Source, mode: Mode): LinkState => {
        const shared = { source, clock, random, onLookup };
        const { provider: terms } = source;
        const link = terms
            ? createProviderLink({ ...shared, terms: mode === 'live' ? terms : { ...terms, ...unlimited }, lookups })
            : createPageLink({ ...shared, onCompany, onBug, mode, settings });
        return { link, isProvider: terms !== undefined, lostUntil: Number.NEGATIVE_INFINITY };
    };
    const chains = {
        live: sources.live.map((source) => open(source, 'live')),
        test: sources.test.map((source) => open(source, 'test')),
    };

    async function enrich(profileUrl: ProfileUrl, request: LookupRequest): Promise<Lookup> {
        const { caller, requiredFields, includesCompanyDetails, budgetMs } = request;
        const startedAt = clock.elapsed();
        const endsAt = startedAt + Math.min(longestMs, budgetMs);
        const chain = chains[caller.mode];
        const answers: Lookup[] = [];
        let hasAskedProvider = false;
        for (const [place, state] of chain.entries()) {
            const mayAsk = !state.isProvider || (!hasAskedProvider && endsAt - clock.elapsed() >= leastForProviderMs);
            const next = chain.slice(place + 1).find((other) => isAskable(other, hasAskedProvider || state.isProvider));
            const answer = await askAndTellWait(state, {
                profileUrl,
                caller,
                people: [...new Set([profileUrl.canonicalUrl, ...answers.map((one) => one.canonicalUrl)])],
                includesCompanyDetails,
                isFirst: place === 0,
                mayAsk,
                hasNext: next !== undefined,
                endsAt: endsAt - leaveTime(endsAt - clock.elapsed(), next),
            });
            hasAskedProvider ||= state.isProvider && answer.attempts > 0 && !isLost(state);
            // Suppressed people are left out when the request is settled: the accounts know them.
            const judged = judgeEnrichment(answer, profileUrl, { requiredFields, isSuppressed: () => false });
            answers.push(judged);
            if (isFinal(judged, { asksProvidersForNotFound })) break;
        }
        const merged = mergeEnrichments(answers, clock.elapsed() - startedAt);
        if (!merged) throw new Error('a chain without a source');
        // As soon as one of them can be asked again.
        const waits = answers.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
        const lookup = merged.retryAfterMs === undefined ? merged : { ...merged, retryAfterMs: Math.min(...waits) };
        const companies = includesCompanyDetails ? chain.find(({ link }) => link.companies)?.link.companies : undefined;
        return companies ? companies.add(lookup, endsAt) : lookup;
    }

    /** Says of a failure when asking again can help, where the source turned us away or named a pause. */
    async function askAndTellWait(state: LinkState, question: Question): Promise<Lookup> {
        const lookup = await ask(state, question);
        if (lookup.outcome.status !== 'error' || lookup.retryAfterMs !== undefined) return lookup;
        const waitMs = Math.max(lookup.pauseMs ?? 0, state.link.pausedMs, lookup.isRefused ? refusedMs : 0);
        return waitMs > 0 ? { ...lookup, retryAfterMs: waitMs } : lookup;
    }

    async function ask(state: LinkState, question: Question): Promise<Lookup> {
        const { link } = state;
        if (isLost(state)) return skip(link, question, {}, { retryAfterMs: state.lostUntil - clock.elapsed() });
        try {
            return await link.ask(question);
        } catch (error) {
            if (!(error instanceof SourceUnusableError)) throw error;
            // Of those who asked at the same time, one tells.
            if (!isLost(state)) onSourceLost?.(error.message);
            state.lostUntil = clock.elapsed() + lostMs;
            const { name } = link.source;
            const refused = skip(link, question, {}, { retryAfterMs: lostMs });
            return { ...refused, attempts: 1, sourcesTried: [{ source: name, outcome: 'refused', attempts: 1 }] };
        }
    }

    function isLost({ lostUntil }: LinkState): boolean {
        return clock.elapsed() < lostUntil;
    }

    function isAskable(state: LinkState, hasAskedProvider: boolean): boolean {
        return !isLost(state) && state.link.pausedMs === 0 && !(state.isProvider && hasAskedProvider);
    }

    return {
        firstSource: (mode) => chains[mode][0]!.link.source.name,
        enrich,
        listPauses: () =>
            chains.live.map(({ link, lostUntil }) => ({
                source: link.source.name,
                pausedMs: Math.max(0, link.pausedMs, lostUntil - clock.elapsed()),
            })),
        close() {
            for (const { link } of [...chains.live, ...chains.test]) link.close();
        },
    };
}

/** What of the time that is left is kept for the source that is asked next, in milliseconds. */
function leaveTime(leftMs: number, next: LinkState | undefined): number {
    if (!next) return 0;
    const keptMs = next.isProvider ? leastForProviderMs : leftForPageMs;
    return leftMs >= keptMs + leastForSourceMs ? keptMs : 0;
}
