import type { Caller } from '../../accounts/request-ledger.ts';
import { buildSkipped } from '../../enrichment/chain-verdict.ts';
import type { Enrichment, UnaskedOutcome } from '../../enrichment/enrich-profile.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Source } from '../../enrichment/source.ts';

/** So many profiles in a row that a source turned away, after all attempts, mean that it turns everybody away. */
export const refusalsToOpen = 20;

/** What a lookup came to. */
export type Lookup = Enrichment & {
    /** How long it is before asking again can help, in milliseconds, where that is known. */
    retryAfterMs?: number;
    /** What callers are told of a failure, where the sentence of its code does not say enough. */
    failureMessage?: string;
};

/** One person asked about. */
export type Question = {
    profileUrl: ProfileUrl;
    caller: Caller;
    /** By what canonical URLs the person is known so far. */
    people: readonly string[];
    /** Whether the current company is wanted too; for a source that looks it up by itself. */
    includesCompanyDetails: boolean;
    /** When the answer has to be there, on the clock that nobody sets. */
    endsAt: number;
    /** Whether no source was asked before. */
    isFirst: boolean;
    /** Whether a question that costs may be made now. What is known already is told all the same. */
    mayAsk: boolean;
    /** Whether another source can be asked after this one. */
    hasNext: boolean;
};

/** What all requests of this process share about the companies of a source. */
export type CompanyLink = {
    /** The lookup with its profile's company, or with the reason why it has none, at `endsAt` at the latest. */
    add(lookup: Lookup, endsAt: number): Promise<Lookup>;
    close(): void;
};

/** One source of a chain, with what all requests of this process share about it. */
export type SourceLink = {
    readonly source: Source;
    /** Only of a source that has company pages. */
    readonly companies?: CompanyLink;
    /** Rejects with `SourceUnusableError` when the source can answer nothing any more, and when the accounts are gone. */
    ask(question: Question): Promise<Lookup>;
    /** For how much longer it is left alone, in milliseconds; 0 while it is asked. */
    readonly pausedMs: number;
    /** Gives up what nobody waits for any more. */
    close(): void;
};

/** What stands for a source that is not asked. */
export function skip(
    { source }: Pick<SourceLink, 'source'>,
    { profileUrl }: Pick<Question, 'profileUrl'>,
    outcome: Partial<Extract<UnaskedOutcome, { status: 'error' }>>,
    told: Pick<Lookup, 'retryAfterMs' | 'failureMessage'> = {},
): Lookup {
    const failure = { status: 'error', code: 'upstream_error', cause: null, message: '', ...outcome } as const;
    return { ...buildSkipped(profileUrl, source.name, failure), ...told };
}
