import {
    createLinkState,
    interruptLink,
    isOpen,
    skipLink,
    buildSkipped,
    isFinal,
    judgeEnrichment,
    mergeEnrichments,
    outOfTime,
    type ChainLink,
    type LinkState,
    type Requirements,
} from './chain-link.ts';
import { enrichProfile, type EnrichProfileContext, type Enrichment } from './enrich-profile.ts';
import type { Slot } from './pacer.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import type { SourceTried } from './result/result.ts';
import { SourceUnusableError, type RetryLimits, type Source } from './source.ts';

/** While the breaker of a source is open, one profile in this many is still sent to it. */
const probeEvery = 50;
/** The time of the run kept for the next source while a provider is asked, in milliseconds. */
const reservedForNextMs = 5_000;
/** With less time than this a provider is not asked, in milliseconds. */
const minLookupMs = 1_000;

/** How many lookups at providers are left; each is reserved before it is made. */
export type LookupBudget = {
    /** Reserves one lookup; false when none is left. */
    reserve(): boolean;
    /** Releases a lookup that was never sent. */
    release(): void;
    hasLeft(): boolean;
};

export type SourceChainOptions = Requirements &
    Pick<EnrichProfileContext, 'includesCompanyDetails' | 'clock' | 'random' | 'onRetry'> & {
        /** In order of preference; at least one. */
        links: readonly ChainLink[];
        /** Whether providers are asked for profiles that LinkedIn reports as not found. */
        asksProvidersForNotFound: boolean;
        lookups: LookupBudget;
        /** Aborts when nothing more may be started. */
        stopSignal: AbortSignal;
        /** Time until attempts in flight are aborted by the run's timeout, in milliseconds. */
        getRunLeftMs: () => number;
        /** Called once for each source that became unusable while others are left, with a sentence for users. */
        onSourceUnusable?: (message: string) => void;
        /** Called with the outcome of each source asked, and its cost in the provider's own credits, where stated. */
        onAsked?: (tried: SourceTried, credits: number | null) => void;
    };

/** The permission to enrich one profile: the link to start at, and those skipped before it. */
export type Turn = {
    place: number;
    /** Null for a provider: it has its own pacer, and a lookup is reserved instead. */
    slot: Slot | null;
    skipped: readonly number[];
};

/**
 * Asks sources in order until one returns a profile with all required fields. Records are never mixed; without a
 * complete one, the most complete record wins.
 */
export function createSourceChain(options: SourceChainOptions) {
    const { lookups, clock, stopSignal, getRunLeftMs } = options;
    const states: LinkState[] = options.links.map(createLinkState);

    /** Whether to skip a source because its breaker is open. Never when no other source could be asked instead. */
    function shouldSkip(state: LinkState): boolean {
        const isAskable = (other: LinkState) =>
            other.unusableReason === null && !isOpen(other) && !(other.link.source.provider && !lookups.hasLeft());
        if (!isOpen(state) || !states.some((other) => other !== state && isAskable(other))) return false;
        state.skippedCount += 1;
        return state.skippedCount % probeEvery !== 0;
    }

    /**
     * Waits until one more profile may be started. Null when no lookup is left for it. Rejects with the signal's reason
     * when it aborts, and with `SourceUnusableError` when no source is usable any more.
     */
    async function acquire(signal: AbortSignal): Promise<Turn | null> {
        const skipped: number[] = [];
        let unusableReason: string | null = null;
        for (const [place, state] of states.entries()) {
            const { source, pacer } = state.link;
            if (state.unusableReason !== null) unusableReason = state.unusableReason;
            else if ((source.provider && !lookups.hasLeft()) || shouldSkip(state)) skipped.push(place);
            else if (!source.provider) return { place, slot: await pacer.acquire({ signal }), skipped };
            else {
                signal.throwIfAborted();
                // No await between the check and the reservation.
                lookups.reserve();
                return { place, slot: null, skipped };
            }
        }
        if (skipped.length > 0 || unusableReason === null) return null;
        throw new SourceUnusableError(unusableReason);
    }

    /** Enriches one profile. Rejects with `SourceUnusableError` like `acquire`, and on bugs. */
    async function enrich(profileUrl: ProfileUrl, turn: Turn): Promise<Enrichment> {
        const startedAt = clock.elapsed();
        const answers = turn.skipped.map((place) => skipLink(states[place]!, profileUrl));
        let unusable: SourceUnusableError | null = null;
        for (const [place, state] of states.entries()) {
            if (place < turn.place) continue;
            const isFirst = place === turn.place;
            if (state.unusableReason !== null) {
                if (isFirst && state.link.source.provider) lookups.release();
                continue;
            }
            if (!isFirst && stopSignal.aborted) {
                answers.push(interruptLink(state, profileUrl));
                break;
            }
            // No await between the check and the reservation.
            if (!isFirst && (shouldSkip(state) || (state.link.source.provider && !lookups.reserve()))) {
                answers.push(skipLink(state, profileUrl));
                continue;
            }
            const answer = await ask(place, profileUrl, isFirst ? turn.slot : null);
            if (answer instanceof SourceUnusableError) {
                unusable = answer;
                continue;
            }
            answers.push(answer);
            if (answer.isInterrupted || isFinal(answer, options)) break;
        }
        const merged = mergeEnrichments(answers, clock.elapsed() - startedAt);
        if (!merged) throw unusable ?? new Error('a chain without a source');
        return merged;
    }

    /** Asks one source; returns the error if it is unusable. For a provider, the caller has reserved a lookup. */
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
        async function work(): Promise<Enrichment> {
            // No paid lookup is started once the run is ending.
            const startSignal = source.provider ? AbortSignal.any([stopSignal, signal]) : signal;
            startSignal.throwIfAborted();
            const granted = slot ?? (await pacer.acquire({ signal: startSignal, isRetry: true }));
            // Computed after the wait for the pacer.
            const limits = getLimits(place);
            if (limits.timeoutMs < minLookupMs) return buildSkipped(profileUrl, source.name, outOfTime);
            return enrichProfile(profileUrl, { ...options, ...state.link, source: watched, limits }, granted);
        }
        try {
            const answer = judgeEnrichment(await (state.limit ? state.limit(work) : work()), profileUrl, options);
            state.refusalsInARow = answer.isRefused ? state.refusalsInARow + 1 : 0;
            if (answer.isRefused) state.lastRefusal = answer.outcome;
            for (const tried of answer.sourcesTried) options.onAsked?.(tried, credits);
            return answer;
        } catch (error) {
            if (error instanceof SourceUnusableError) return markUnusable(state, error);
            const isAbortOf = (ended: AbortSignal) => ended.aborted && error === ended.reason;
            // Only the abort itself is an interruption; a bug during an abort is still a bug.
            if (isAbortOf(stopSignal) || isAbortOf(signal)) return interruptLink(state, profileUrl);
            throw error;
        } finally {
            if (source.provider && !isSent) lookups.release();
        }
    }

    function markUnusable(state: LinkState, error: SourceUnusableError): SourceUnusableError {
        const hasOther = states.some((other) => other !== state && other.unusableReason === null);
        if (state.unusableReason === null && hasOther) options.onSourceUnusable?.(error.message);
        state.unusableReason = error.message;
        return error;
    }

    /** The limits of a source; a provider's timeout leaves time of the run for the next source. */
    function getLimits(place: number): RetryLimits {
        const { source, limits } = states[place]!.link;
        if (!source.provider) return limits;
        const hasNext = states.slice(place + 1).some(({ unusableReason }) => unusableReason === null);
        const reservedMs = hasNext ? reservedForNextMs : 0;
        return { ...limits, timeoutMs: Math.min(limits.timeoutMs, getRunLeftMs() - reservedMs) };
    }

    return {
        /** The first source, named in results for which no source was asked. */
        firstName: states[0]!.link.source.name,
        acquire,
        enrich,
        async close(): Promise<void> {
            for (const { link } of states) await link.source.close();
        },
    };
}
export type SourceChain = ReturnType<typeof createSourceChain>;
