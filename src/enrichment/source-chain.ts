import pLimit from 'p-limit';
import type { Clock, Random } from './clock.ts';
import {
    buildSkipped,
    isFinal,
    judgeEnrichment,
    mergeEnrichments,
    outOfTime,
    type Requirements,
} from './chain-verdict.ts';
import { buildUnasked, enrichProfile, type EnrichProfileContext, type Enrichment } from './enrich-profile.ts';
import type { Pacer, Slot } from './pacer.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import type { SourceTried } from './result/result.ts';
import type { RetryLimits } from './retry-policy.ts';
import { SourceUnusableError, type Source } from './source.ts';

/** So many profiles in a row that a source turned away, after all attempts, mean that it turns everybody away. */
export const refusalsToGiveUp = 20;
/** Of a source that turns everybody away, one profile in so many is asked for all the same. */
const probeEvery = 50;
/** What has to be left of the run for the next source when a provider is asked, in milliseconds. */
const leftForNextMs = 5_000;
/** A provider is not asked for less, in milliseconds. */
const leastLookupMs = 1_000;

/** One source of a chain, with the pace and the patience it is asked with. */
export type ChainLink = {
    source: Source;
    pacer: EnrichProfileContext['pacer'] & Pick<Pacer, 'acquire'>;
    limits: RetryLimits;
    /** Gives up what is under way. A lookup that is paid for is waited for longer than a page. */
    signal: AbortSignal;
};

/** How many lookups at providers may still be made; each is set aside before it is made. */
export type LookupBudget = {
    /** Sets one lookup aside; false when none is left. */
    reserve(): boolean;
    /** Gives one back that was never sent. */
    release(): void;
    hasLeft(): boolean;
};

export type SourceChainOptions = Requirements & {
    /** In the order in which they are asked; at least one. */
    links: readonly ChainLink[];
    /** Whether providers are asked for people whom LinkedIn says do not exist. */
    asksProvidersForNotFound: boolean;
    /** Whether a source that looks the current company up by itself is asked to. */
    includesCompanyDetails?: boolean;
    lookups: LookupBudget;
    clock: Clock;
    random: Random;
    /** Aborts when no more may be begun. */
    stopSignal: AbortSignal;
    /** How long until what is under way is given up because the run's time is over, in milliseconds. */
    getRunLeftMs: () => number;
    onRetry?: EnrichProfileContext['onRetry'];
    /** Told once of each source that can answer nothing any more while others can, in a sentence for users. */
    onSourceLost?: (message: string) => void;
    /** Told what each question to a source came to, and what it cost in the provider's own credits, where it says so. */
    onAsked?: (tried: SourceTried, credits: number | null) => void;
};

/** The leave to ask about one person: where to begin, and who was passed over before that. */
export type Turn = {
    place: number;
    /** Null where the source is asked in its own time: a provider, for which a lookup is set aside instead. */
    slot: Slot | null;
    passedOver: readonly number[];
};

export type SourceChain = {
    /** The source that is asked first, for profiles that none was asked about. */
    readonly firstName: Source['name'];
    /**
     * Waits until one more person may be asked about; rejects with the signal's reason when it aborts, and with
     * `SourceUnusableError` when no source can answer anything any more. Null when no lookup is left for it.
     */
    acquire(signal: AbortSignal): Promise<Turn | null>;
    /** Asks about one person. Rejects with `SourceUnusableError` like `acquire`, and on a bug. */
    enrich(profileUrl: ProfileUrl, turn: Turn): Promise<Enrichment>;
    close(): Promise<void>;
};

type LinkState = {
    link: ChainLink;
    limit: ReturnType<typeof pLimit> | null;
    refusalsInARow: number;
    /** How it last turned somebody away. */
    lastRefusal: Enrichment['outcome'] | null;
    passedOver: number;
    /** The sentence of a source that can answer nothing any more. */
    lostBecause: string | null;
};

/**
 * Asks sources one after the other until one has a profile that is good enough. One whole record makes the answer, two
 * are never mixed; if none is good enough, it is the fullest.
 */
export function createSourceChain(options: SourceChainOptions): SourceChain {
    const { lookups, clock, random, stopSignal, getRunLeftMs } = options;
    const states: LinkState[] = options.links.map((link) => ({
        link,
        limit: link.source.provider ? pLimit(link.source.provider.maxInFlight) : null,
        refusalsInARow: 0,
        lastRefusal: null,
        passedOver: 0,
        lostBecause: null,
    }));

    /** Whether to pass over a source that turns everybody away. Not when all the others do too: then nobody would ask. */
    function passesOver(state: LinkState): boolean {
        const isAskable = (other: LinkState) =>
            other.lostBecause === null && !isOpen(other) && !(other.link.source.provider && !lookups.hasLeft());
        if (!isOpen(state) || !states.some((other) => other !== state && isAskable(other))) return false;
        state.passedOver += 1;
        return state.passedOver % probeEvery !== 0;
    }

    async function acquire(signal: AbortSignal): Promise<Turn | null> {
        const passedOver: number[] = [];
        let lostBecause: string | null = null;
        for (const [place, state] of states.entries()) {
            const { source, pacer } = state.link;
            if (state.lostBecause !== null) lostBecause = state.lostBecause;
            else if ((source.provider && !lookups.hasLeft()) || passesOver(state)) passedOver.push(place);
            else if (!source.provider) return { place, slot: await pacer.acquire({ signal }), passedOver };
            else {
                signal.throwIfAborted();
                // No await between the check and the reservation.
                lookups.reserve();
                return { place, slot: null, passedOver };
            }
        }
        if (passedOver.length > 0 || lostBecause === null) return null;
        throw new SourceUnusableError(lostBecause);
    }

    async function enrich(profileUrl: ProfileUrl, turn: Turn): Promise<Enrichment> {
        const startedAt = clock.elapsed();
        const answers = turn.passedOver.map((place) => passOver(states[place]!, profileUrl));
        let lost: SourceUnusableError | null = null;
        for (const [place, state] of states.entries()) {
            const isFirst = place === turn.place;
            if (place < turn.place) continue;
            if (state.lostBecause !== null) {
                if (isFirst && state.link.source.provider) lookups.release();
                continue;
            }
            if (!isFirst && stopSignal.aborted) {
                answers.push(interrupt(state, profileUrl));
                break;
            }
            const answer = await askOrPassOver(place, profileUrl, isFirst ? turn : null);
            if (answer instanceof SourceUnusableError) {
                lost = answer;
                continue;
            }
            answers.push(answer);
            if (answer.isInterrupted || isFinal(answer, options)) break;
        }
        const merged = mergeEnrichments(answers, clock.elapsed() - startedAt);
        if (!merged) throw lost ?? new Error('a chain without a source');
        return merged;
    }

    async function askOrPassOver(
        place: number,
        profileUrl: ProfileUrl,
        turn: Turn | null,
    ): Promise<Enrichment | SourceUnusableError> {
        const state = states[place]!;
        if (turn) return ask(place, profileUrl, turn.slot);
        if (passesOver(state)) return passOver(state, profileUrl);
        // No await between the check and the reservation.
        if (state.link.source.provider && !lookups.reserve()) return passOver(state, profileUrl);
        return ask(place, profileUrl, null);
    }

    /**
     * What one source says of one person; the error when it can answer nothing any more. Of a provider, a lookup has
     * been set aside for it.
     */
    async function ask(
        place: number,
        profileUrl: ProfileUrl,
        slot: Slot | null,
    ): Promise<Enrichment | SourceUnusableError> {
        const state = states[place]!;
        const { source, pacer, signal } = state.link;
        let isSent = false;
        let credits: number | null = null;
        const watched: Source = {
            ...source,
            async fetchProfile(request) {
                const onSent = () => {
                    isSent = true;
                    request.onSent?.();
                };
                const outcome = await source.fetchProfile({ ...request, onSent });
                if (outcome.credits !== undefined) credits = (credits ?? 0) + outcome.credits;
                return outcome;
            },
        };
        const { onRetry, includesCompanyDetails = false } = options;
        const context = {
            source: watched,
            includesCompanyDetails,
            pacer,
            clock,
            random,
            signal,
            getRunLeftMs,
            ...(onRetry ? { onRetry } : {}),
        };
        async function work(): Promise<Enrichment> {
            // Nothing that is paid for is begun once the run is ending.
            const startSignal = source.provider ? AbortSignal.any([stopSignal, signal]) : signal;
            startSignal.throwIfAborted();
            const granted = slot ?? (await pacer.acquire({ signal: startSignal, isRetry: true }));
            // Only now, since others may have been waited for.
            const limits = limitsFor(place);
            if (limits.timeoutMs < leastLookupMs) return buildSkipped(profileUrl, source.name, outOfTime);
            return enrichProfile(profileUrl, { ...context, limits }, granted);
        }
        try {
            const answer = judgeEnrichment(await (state.limit ? state.limit(work) : work()), profileUrl, options);
            state.refusalsInARow = answer.isRefused ? state.refusalsInARow + 1 : 0;
            if (answer.isRefused) state.lastRefusal = answer.outcome;
            for (const tried of answer.sourcesTried) options.onAsked?.(tried, credits);
            return answer;
        } catch (error) {
            if (error instanceof SourceUnusableError) return lose(state, error);
            const isEnding = (ended: AbortSignal) => ended.aborted && error === ended.reason;
            // A bug stays one, whenever it is met.
            if (isEnding(stopSignal) || isEnding(signal)) return interrupt(state, profileUrl);
            throw error;
        } finally {
            if (source.provider && !isSent) lookups.release();
        }
    }

    function lose(state: LinkState, error: SourceUnusableError): SourceUnusableError {
        const hasOther = states.some((other) => other !== state && other.lostBecause === null);
        if (state.lostBecause === null && hasOther) options.onSourceLost?.(error.message);
        state.lostBecause = error.message;
        return error;
    }

    /** A provider's time, cut so that the source after it can still be asked before the run has to stop. */
    function limitsFor(place: number): RetryLimits {
        const { source, limits } = states[place]!.link;
        if (!source.provider) return limits;
        const hasNext = states.slice(place + 1).some(({ lostBecause }) => lostBecause === null);
        return { ...limits, timeoutMs: Math.min(limits.timeoutMs, getRunLeftMs() - (hasNext ? leftForNextMs : 0)) };
    }

    return {
        firstName: states[0]!.link.source.name,
        acquire,
        enrich,
        async close() {
            for (const { link } of states) await link.source.close();
        },
    };
}

const isOpen = ({ refusalsInARow }: LinkState) => refusalsInARow >= refusalsToGiveUp;

/**
 * What stands for a source that is not asked. One that turns everybody away is taken to have turned this person away
 * too; where no lookup is left, what the sources before said stands.
 */
function passOver(state: LinkState, profileUrl: ProfileUrl): Enrichment {
    const { lastRefusal, link } = state;
    // The page is passed over for nothing else, and may have let somebody in meanwhile.
    const isRefused = (isOpen(state) || !link.source.provider) && lastRefusal?.status === 'error';
    const outcome = isRefused ? lastRefusal : ({ status: 'not_found' } as const);
    return { ...buildSkipped(profileUrl, link.source.name, outcome), isRefused };
}

/** A source that was to be asked when the run ended. */
function interrupt({ link: { source } }: LinkState, profileUrl: ProfileUrl): Enrichment {
    return { ...buildUnasked(profileUrl, source.name, outOfTime), isInterrupted: true };
}
