import type { CompanyDetails, CompanyStatus } from './result/company.ts';
import type { Profile, ProfileSection } from './result/profile.ts';
import type { FailureCause, SourceName } from './result/result.ts';
import type { RetryLimits } from './retry-policy.ts';

/** What one question to a source came to. Expected endings only: a source throws for bugs, aborts and its own end. */
export type SourceOutcome = (FoundOutcome | NotFoundOutcome | FailedOutcome) & {
    /** What the provider says the question cost, in its own credits; left out where it does not say. */
    credits?: number;
};

export type FoundOutcome = {
    kind: 'found';
    profile: Profile;
    /** The handle the source answered for; differs from the one asked for when the person renamed their profile. */
    handle: string;
    /** What the page holds and nothing could be read from: the page's layout may have changed. */
    unreadSections: UnreadPart[];
    /** The source's own date of the data, ISO 8601; null where it does not tell. */
    dataAsOf?: string | null;
    /** The current company, where the source's record holds it. */
    companyDetails?: CompanyDetails | null;
    /** Why the source that was asked for it too could not have the current company. */
    companyStatus?: CompanyStatus;
};

/** A section that could not be read, or a mark of a section or a kind of page that no reader knows. */
export type UnreadPart = ProfileSection | `data-section ${string}` | `page key ${string}`;

export type NotFoundOutcome = { kind: 'not_found' };

export type FailedOutcome = {
    kind: 'failed';
    code: 'upstream_error' | 'upstream_timeout' | 'rate_limit_exceeded';
    /** What happened, in the word that `meta.cause` of a row says. */
    cause: FailureCause;
    /** Whether the same question can come to something else later. */
    isRetryable: boolean;
    /** Whether nobody is let in (wall, 999, 429, no server, a dead proxy), as opposed to being broken or slow for one. */
    isRefusal: boolean;
    /** How long the source asked us to wait, and who has to: this URL alone, or the whole queue. */
    pause?: { ms: number; scope: 'url' | 'queue' };
    /**
     * The host, proxy or provider that could not be used, as users know it: `www.linkedin.com`, `proxy.example:8000`,
     * `AI Ark`. LinkedIn where it is left out.
     */
    peer?: string;
    /** For the log only, never for users: may quote a status or a path, never page text. */
    detail: string;
};

/**
 * Thrown by a source that can answer nothing any more, whatever it is asked: its key is refused, its account is empty.
 * It ends the run; `message` is one sentence for the user.
 */
export class SourceUnusableError extends Error {
    override readonly name = 'SourceUnusableError';
}

/** What the source's rate-limit headers said, so that the whole queue can slow down before it is told to. */
export type RateHint = { remaining: number; resetsInMs: number };

/** One attempt at anything a source can be asked for. */
export type AttemptRequest = {
    /** The most this one try may take, in milliseconds. */
    timeoutMs: number;
    /** Aborts the try: the run is ending. The source then rejects with the signal's reason. */
    signal: AbortSignal;
    /** Called when the request of this try has left, where the source can tell; pacing counts from then. */
    onSent?: () => void;
    /**
     * Resolves when one more request of this attempt may be sent: a redirect is a request like any other. The wait is
     * not part of `timeoutMs`, but what is left after it is no more than the milliseconds it resolves to. Rejects when
     * the attempt has to end instead; the source passes that on.
     */
    awaitTurn?: () => Promise<number>;
    /** Called at most once a try, when the answer carries rate-limit headers. */
    onRateHint?: (hint: RateHint) => void;
};

export type SourceRequest = AttemptRequest & {
    /** A normalised handle, as `parseProfileUrl` returns it. */
    handle: string;
    /** Whether the current company is wanted too; for a source that looks it up by itself. */
    includesCompanyDetails?: boolean;
};

/** What one attempt at the page of a company came to. */
export type CompanyOutcome = { kind: 'found'; company: CompanyDetails } | NotFoundOutcome | FailedOutcome;

export type CompanyRequest = AttemptRequest & {
    /** `company/<slug>` or `school/<slug>`, as `parseCompanyUrl` returns it. */
    path: string;
};

/** What came of one request of a source that asks LinkedIn itself, for a run's figures. */
export type RequestRecord = {
    /** The HTTP client that made it. */
    client: string;
    /** What was asked for. */
    page: 'profile' | 'company';
    /** Where it came from: `none`, `own`, or the groups of Apify's proxy; the country where one was asked for. */
    proxy: { kind: string; country: string | null };
    /** Which use of its session it belongs to, from 1. */
    sessionUse: number;
    outcome: 'found' | 'not_found' | 'redirect' | FailureCause;
    /** What went over the connection for it, both ways, handshakes included; null where it cannot be told. */
    bytes: number | null;
};

/** How an upstream provider may be asked: each has its own pace and patience, and every question costs. */
export type ProviderTerms = {
    maxRequestsPerSecond: number;
    /** The most questions under way at once. */
    maxInFlight: number;
    limits: RetryLimits;
};

/**
 * Where profiles come from, and companies: one handle or path in, one outcome out, one attempt. Retrying and pacing are
 * the caller's.
 */
export type Source = {
    /** Named in `meta.source` of every result. */
    readonly name: SourceName;
    /** Only of an upstream provider, whose word on who exists is not LinkedIn's. */
    readonly provider?: ProviderTerms;
    fetchProfile(request: SourceRequest): Promise<SourceOutcome>;
    /** Only of a source that can be asked for companies. */
    readonly fetchCompany?: (request: CompanyRequest) => Promise<CompanyOutcome>;
    /** Frees what the source holds open. */
    close(): Promise<void>;
};
