import type { Caller } from '../../accounts/request-ledger.ts';
import { isFinal, judgeEnrichment, mergeEnrichments } from '../../enrichment/chain-link.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { RequirableField } from '../../enrichment/result/profile-content.ts';
import type { Mode, SourceName } from '../../enrichment/result/result.ts';
import { SourceUnusableError, type Source } from '../../enrichment/source.ts';
import { createPageLink, type PageLinkOptions, type PageSettings } from './page-link.ts';
import { createProviderLink, type ProviderLinkOptions } from './provider-link.ts';
import { skip, type Lookup, type Question, type SourceLink } from './source-link.ts';

/** The time budget of a URL, all attempts together, in milliseconds: clients time out after 10 s. */
export const urlBudgetMs = 8000;

/** The minimum time for a provider, in milliseconds: they are slow. */
const leastForProviderMs = 4000;
/** The time reserved for a page after a provider, in milliseconds. */
const leftForPageMs = 3000;
/** The minimum time of a source before time is reserved for the next one, in milliseconds. */
const leastForSourceMs = 2000;
/** How long a source that refuses its key or has no credits is skipped, in milliseconds. */
const unusableMs = 5 * 60 * 1000;
/** `Retry-After` of a refusal without a requested pause (a wall, a challenge, a 999), in milliseconds. */
const refusedMs = 5000;

/** Options of one lookup. */
export type LookupRequest = {
    caller: Caller;
    /** Fields whose absence makes a profile partial. */
    requiredFields: readonly RequirableField[];
    /** Whether to look up the current company too, within the same time. */
    includesCompanyDetails: boolean;
    /** In milliseconds; capped at `urlBudgetMs`. */
    budgetMs: number;
};

/** Looks up profiles. */
export type Enricher = {
    /** The first source of the chain. */
    firstSource(mode: Mode): SourceName;
    /** Looks up one profile. Never rejects because of a source; rejects if the accounts cannot be reached. */
    enrich(profileUrl: ProfileUrl, request: LookupRequest): Promise<Lookup>;
    /** The remaining pause of each source of live keys, in milliseconds; 0 if not paused. */
    listPauses(): Array<{ source: SourceName; pausedMs: number }>;
    /** Aborts lookups whose callers are gone. The sources stay open. */
    close(): void;
};

export type EnricherOptions = {
    /** In the order they are asked. */
    sources: Record<Mode, readonly Source[]>;
    /** Counts provider lookups. */
    lookups: ProviderLinkOptions['lookups'];
    clock: Clock;
    random: Random;
    /** Called with every lookup made at a source, for the metrics. */
    onLookup?: (lookup: Lookup) => void;
    /** Called for every company lookup, for the metrics. */
    onCompany?: PageLinkOptions['onCompany'];
    /** Called with a bug that does not fail the request. */
    onBug?: PageLinkOptions['onBug'];
    /** Called with a sentence for the operator if a source refuses its key or has no credits. */
    onSourceUnusable?: (message: string) => void;
    settings?: EnricherSettings;
};

/** Settings from a Standby run's input or the server's environment. */
export type EnricherSettings = PageSettings & {
    /** The time budget of a URL; capped at `urlBudgetMs`. */
    timeoutMs?: number;
    /** Whether providers are asked for people who do not exist according to LinkedIn. */
    asksProvidersForNotFound?: boolean;
};

/** In the sandbox, lookups do not limit each other. */
const unlimited = { maxRequestsPerSecond: 1000, maxInFlight: 1000 };

type LinkState = { link: SourceLink; isProvider: boolean; unusableUntil: number };

/**
 * Looks up profiles within their time budget: asks the sources in order until one has all required fields. The result
 * is one complete record from one source; without all required fields, the most complete one. At most one provider is
 * asked per request.
 */
export function createEnricher(options: EnricherOptions): Enricher {
    const { sources, lookups, clock, random, onLookup, onCompany, onBug, onSourceUnusable, settings = {} } = options;
    const longestMs = Math.min(urlBudgetMs, settings.timeoutMs ?? urlBudgetMs);
    const { asksProvidersForNotFound = false } = settings;
    const open = (source: Source, mode: Mode): LinkState => {
        const shared = { source, clock, random, onLookup };
        const { provider: terms } = source;
        const link = terms
            ? createProviderLink({ ...shared, terms: mode === 'live' ? terms : { ...terms, ...unlimited }, lookups })
            : createPageLink({ ...shared, onCompany, onBug, mode, settings });
        return { link, isProvider: terms !== undefined, unusableUntil: Number.NEGATIVE_INFINITY };
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
            const answer = await askWithRetryAfter(state, {
                profileUrl,
                caller,
                people: [...new Set([profileUrl.canonicalUrl, ...answers.map((one) => one.canonicalUrl)])],
                includesCompanyDetails,
                isFirst: place === 0,
                mayAsk,
                hasNext: next !== undefined,
                endsAt: endsAt - reserveTime(endsAt - clock.elapsed(), next),
            });
            hasAskedProvider ||= state.isProvider && answer.attempts > 0 && !isUnusable(state);
            // Suppressed people are removed at settlement, by the accounts.
            const judged = judgeEnrichment(answer, profileUrl, { requiredFields, isSuppressed: () => false });
            answers.push(judged);
            if (isFinal(judged, { asksProvidersForNotFound })) break;
        }
        const merged = mergeEnrichments(answers, clock.elapsed() - startedAt);
        if (!merged) throw new Error('a chain needs a source');
        // The earliest time at which one of the sources can be asked again.
        const waits = answers.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
        const lookup = merged.retryAfterMs === undefined ? merged : { ...merged, retryAfterMs: Math.min(...waits) };
        const companies = includesCompanyDetails ? chain.find(({ link }) => link.companies)?.link.companies : undefined;
        return companies ? companies.add(lookup, endsAt) : lookup;
    }

    /** Adds when a retry can help after a refusal or a requested pause. */
    async function askWithRetryAfter(state: LinkState, question: Question): Promise<Lookup> {
        const lookup = await ask(state, question);
        if (lookup.outcome.status !== 'error' || lookup.retryAfterMs !== undefined) return lookup;
        const waitMs = Math.max(lookup.pauseMs ?? 0, state.link.getPausedMs(), lookup.isRefused ? refusedMs : 0);
        return waitMs > 0 ? { ...lookup, retryAfterMs: waitMs } : lookup;
    }

    async function ask(state: LinkState, question: Question): Promise<Lookup> {
        const { link } = state;
        if (isUnusable(state)) return skip(link, question, {}, { retryAfterMs: state.unusableUntil - clock.elapsed() });
        try {
            return await link.ask(question);
        } catch (error) {
            if (!(error instanceof SourceUnusableError)) throw error;
            // Reported once for concurrent requests.
            if (!isUnusable(state)) onSourceUnusable?.(error.message);
            state.unusableUntil = clock.elapsed() + unusableMs;
            const { name } = link.source;
            const refused = skip(link, question, {}, { retryAfterMs: unusableMs });
            return { ...refused, attempts: 1, sourcesTried: [{ source: name, outcome: 'refused', attempts: 1 }] };
        }
    }

    function isUnusable({ unusableUntil }: LinkState): boolean {
        return clock.elapsed() < unusableUntil;
    }

    function isAskable(state: LinkState, hasAskedProvider: boolean): boolean {
        return !isUnusable(state) && state.link.getPausedMs() === 0 && !(state.isProvider && hasAskedProvider);
    }

    return {
        firstSource: (mode) => chains[mode][0]!.link.source.name,
        enrich,
        listPauses: () =>
            chains.live.map(({ link, unusableUntil }) => ({
                source: link.source.name,
                pausedMs: Math.max(0, link.getPausedMs(), unusableUntil - clock.elapsed()),
            })),
        close() {
            for (const { link } of [...chains.live, ...chains.test]) link.close();
        },
    };
}

/** The time to reserve for the next source, in milliseconds. */
function reserveTime(leftMs: number, next: LinkState | undefined): number {
    if (!next) return 0;
    const keptMs = next.isProvider ? leastForProviderMs : leftForPageMs;
    return leftMs >= keptMs + leastForSourceMs ? keptMs : 0;
}
