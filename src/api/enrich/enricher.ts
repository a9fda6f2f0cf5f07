import pLimit from 'p-limit';
import type { Clock, Random } from '../../enrichment/clock.ts';
import { buildUnasked, enrichProfile, type Enrichment } from '../../enrichment/enrich-profile.ts';
import { createPacer, type Pacer } from '../../enrichment/pacer.ts';
import type { ProfileUrl } from '../../enrichment/profile-url.ts';
import type { Mode } from '../../enrichment/result.ts';
import type { FailedOutcome, Source } from '../../enrichment/source.ts';

/** What one URL may take, all tries together, in milliseconds: callers give up after 10 s. */
export const urlBudgetMs = 8000;

const defaultMaxAttempts = 3;

/** How much later than its budget a URL that does not come to an end by itself is cut off, in milliseconds. */
const cutOffMs = 250;

/** Looks one profile up. Never rejects because of the source. */
export type Enricher = (profileUrl: ProfileUrl, mode: Mode) => Promise<Enrichment>;

export type EnricherOptions = {
    sources: Record<Mode, Source>;
    clock: Clock;
    random: Random;
    /** Told of failed tries, for the log; names no profile. */
    onFailure?: (detail: string) => void;
    settings?: EnricherSettings;
};

/** What a Standby run's input decides. */
export type EnricherSettings = {
    /** The most requests that may reach a source in any one second, retries included; without it accounts' rates alone hold. */
    maxRequestsPerSecond?: number;
    /** The most URLs that are looked up at once. */
    maxConcurrency?: number;
    maxAttempts?: number;
    /** What one URL may take; never more than `urlBudgetMs`. */
    timeoutMs?: number;
};

class SourcePausedError extends Error {}

/**
 * Looks profiles up within their budget. When LinkedIn asks to be left alone, all live requests leave it alone: those
 * that cannot wait that long fail at once.
 */
export function createEnricher({ sources, clock, random, onFailure, settings = {} }: EnricherOptions): Enricher {
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const budgetMs = Math.min(urlBudgetMs, settings.timeoutMs ?? urlBudgetMs);
    const livePause = createPause();
    const rate = maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);

    return (profileUrl, mode) => (limit ? limit(() => lookUp(profileUrl, mode)) : lookUp(profileUrl, mode));

    async function lookUp(profileUrl: ProfileUrl, mode: Mode): Promise<Enrichment> {
        const source = sources[mode];
        const startedAt = clock.now();
        const cutOff = new AbortController();
        const done = new AbortController();
        clock.sleep(budgetMs + cutOffMs, done.signal).then(
            () => cutOff.abort(new Error('the time is up')),
            () => {},
        );
        // In the sandbox nobody waits for anybody else.
        const pause = mode === 'live' ? livePause : createPause();
        const pacer = createGate({ pause, rate, clock, giveUpAt: startedAt + budgetMs });
        try {
            const slot = await pacer.acquire({ signal: cutOff.signal });
            const leftMs = budgetMs - (clock.now() - startedAt);
            const context = {
                source,
                pacer,
                limits: { maxAttempts, timeoutMs: leftMs },
                clock,
                random,
                signal: cutOff.signal,
                onRetry: (_: ProfileUrl, failure: FailedOutcome) => onFailure?.(failure.detail),
            };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            if (!cutOff.signal.aborted && !(error instanceof SourcePausedError)) throw error;
            return buildFailure(cutOff.signal.aborted ? 'upstream_timeout' : 'upstream_error');
        } finally {
            done.abort();
        }

        function buildFailure(code: 'upstream_timeout' | 'upstream_error'): Enrichment {
            return {
                ...buildUnasked(profileUrl, source.name, { status: 'error', code, cause: null, message: '' }),
                durationMs: Math.round(clock.now() - startedAt),
                isRefused: code === 'upstream_error',
            };
        }
    }
}

type Pause = { until: number };

function createPause(): Pause {
    return { until: 0 };
}

/** Waits while the source is paused, and then for its rate, where there is one beside those of the accounts. */
function createGate({
    pause,
    rate,
    clock,
    giveUpAt,
}: {
    pause: Pause;
    rate: Pacer | null;
    clock: Clock;
    giveUpAt: number;
}): Pick<Pacer, 'acquire' | 'pause' | 'pausedSoFarMs'> {
    return {
        // The budget of a request is wall time: nothing is free.
        pausedSoFarMs: 0,
        async acquire(options) {
            while (pause.until > clock.now()) {
                if (pause.until >= giveUpAt) throw new SourcePausedError('the source asked for a longer pause');
                await clock.sleep(pause.until - clock.now(), options.signal);
            }
            return rate ? rate.acquire(options) : { markSent() {} };
        },
        pause(delayMs) {
            pause.until = Math.max(pause.until, clock.now() + delayMs);
        },
    };
}
