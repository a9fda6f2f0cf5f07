import type { Caller } from '../../accounts/request-ledger.ts';
import { buildSkipped } from '../../enrichment/chain-link.ts';
import type { Clock } from '../../enrichment/clock.ts';
import type { Enrichment, UnaskedOutcome } from '../../enrichment/enrich-profile.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Source } from '../../enrichment/source.ts';

/** After this many refused profiles in a row, all attempts included, a source is considered to refuse everyone. */
export const refusalsToOpen = 20;

/** The result of a lookup. */
export type Lookup = Enrichment & {
    /** When a retry can help, in milliseconds from now, if known. */
    retryAfterMs?: number;
    /** The message for callers, if the message of the error code is not specific enough. */
    failureMessage?: string;
};

/** A request about one person to one source. */
export type Question = {
    profileUrl: ProfileUrl;
    caller: Caller;
    /** The known canonical URLs of the person. */
    people: readonly string[];
    /** Whether the current company is requested too; for sources that look it up themselves. */
    includesCompanyDetails: boolean;
    /** The deadline, on the monotonic clock. */
    endsAt: number;
    /** Whether this is the first source of the chain. */
    isFirst: boolean;
    /** Whether a billed lookup may be made. Kept results are returned regardless. */
    mayAsk: boolean;
    /** Whether another source can follow. */
    hasNext: boolean;
};

/** The companies of a source, shared by all requests of this process. */
export type CompanyLink = {
    /** Adds the company of the profile, or the reason why it is missing, by `endsAt` at the latest. */
    add(lookup: Lookup, endsAt: number): Promise<Lookup>;
    close(): void;
};

/** One source of a chain, shared by all requests of this process. */
export type SourceLink = {
    readonly source: Source;
    /** Only for sources with company pages. */
    readonly companies?: CompanyLink;
    /** Rejects with `SourceUnusableError` if the source is unusable, and if the accounts cannot be reached. */
    ask(question: Question): Promise<Lookup>;
    /** The remaining pause, in milliseconds; 0 if not paused. */
    getPausedMs(): number;
    /** Aborts lookups without callers. */
    close(): void;
};

/** The abort reason of waits, shared: creating an error for each costs more than the wait. */
export const over = new Error('the wait is over');

/** Calls `act` after a delay, unless the function returned is called earlier. */
export function callAfter(clock: Clock, delayMs: number, act: () => void): () => void {
    const cancelled = new AbortController();
    clock.sleep(delayMs, cancelled.signal).then(act, () => {});
    return () => cancelled.abort(over);
}

/** The failure of a lookup without enough time. */
export const late = { code: 'upstream_timeout', cause: 'timeout' } as const;

/** The lookup for a source that is not asked. */
export function skip(
    { source }: Pick<SourceLink, 'source'>,
    { profileUrl }: Pick<Question, 'profileUrl'>,
    outcome: Partial<Extract<UnaskedOutcome, { status: 'error' }>>,
    told: Pick<Lookup, 'retryAfterMs' | 'failureMessage'> = {},
): Lookup {
    const failure = { status: 'error', code: 'upstream_error', cause: null, message: '', ...outcome } as const;
    return { ...buildSkipped(profileUrl, source.name, failure), ...told };
}
