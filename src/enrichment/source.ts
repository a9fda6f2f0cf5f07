import type { CompanyDetails, CompanyStatus } from './result/company.ts';
import type { Profile, ProfileSection } from './result/profile.ts';
import type { FailureCause, SourceName } from './result/result.ts';

/** The outcome of one attempt. Sources throw only for bugs, aborts and `SourceUnusableError`. */
export type SourceOutcome = (FoundOutcome | NotFoundOutcome | FailedOutcome) & {
    /** The cost of the lookup in the provider's own credits, where it states it. */
    credits?: number;
};

export type FoundOutcome = {
    kind: 'found';
    profile: Profile;
    /** The handle of the profile returned; differs from the one requested when the person changed it. */
    handle: string;
    /** Parts of the page that could not be read: its layout may have changed. */
    unreadSections: UnreadPart[];
    /** The source's own date of the data, ISO 8601; null where it states none. */
    dataAsOf?: string | null;
    /** The current company, where the source's record includes it. */
    companyDetails?: CompanyDetails | null;
    /** Why company details that were requested are missing. */
    companyStatus?: CompanyStatus;
};

/** A section that could not be read, or the marker of an unknown section or kind of page. */
export type UnreadPart = ProfileSection | `data-section ${string}` | `page key ${string}`;

export type NotFoundOutcome = { kind: 'not_found' };

export type FailedOutcome = {
    kind: 'failed';
    code: 'upstream_error' | 'upstream_timeout' | 'rate_limit_exceeded';
    /** What happened, as reported in `meta.cause`. */
    cause: FailureCause;
    isRetryable: boolean;
    /** Whether the source refuses all requests (wall, 999, 429, no server, dead proxy) rather than failing for one. */
    isRefusal: boolean;
    /** How long the source asked to wait, and whether that concerns this URL alone or the whole queue. */
    pause?: { ms: number; scope: 'url' | 'queue' };
    /**
     * The host, proxy or provider that failed, as users know it: `www.linkedin.com`, `proxy.example:8000`, `AI Ark`.
     * Defaults to LinkedIn.
     */
    peer?: string;
    /** For the log only: may quote a status or a path, never page text. */
    detail: string;
};

/**
 * Thrown by a source that can serve no further request: its key is refused, its account is empty. When no other source
 * is left, it ends the run; `message` is one sentence for the user.
 */
export class SourceUnusableError extends Error {
    override readonly name = 'SourceUnusableError';
}

/** The source's rate-limit headers, so that the queue can pause before a 429. */
export type RateHint = { remaining: number; resetsInMs: number };

/** One attempt, for a profile or a company. */
export type AttemptRequest = {
    timeoutMs: number;
    /** Aborts when the run is ending. The source then rejects with the signal's reason. */
    signal: AbortSignal;
    /** Called when the request was sent, where the source can tell; the pacer's window starts then. */
    onSent?: () => void;
    /**
     * Waits for the pacer before a further request of this attempt, such as a redirect. Resolves to the time left for
     * the attempt, in milliseconds; the wait itself does not count against `timeoutMs`. Rejects when the attempt must
     * end; the source must let that error through.
     */
    awaitTurn?: () => Promise<number>;
    /** Called at most once per attempt, when the response has rate-limit headers. */
    onRateHint?: (hint: RateHint) => void;
};

export type SourceRequest = AttemptRequest & {
    /** A normalised handle, as `parseProfileUrl` returns it. */
    handle: string;
    /** Whether to return company details too; for a source that returns them with the profile. */
    includesCompanyDetails?: boolean;
};

/** The outcome of one attempt to fetch a company. */
export type CompanyOutcome = { kind: 'found'; company: CompanyDetails } | NotFoundOutcome | FailedOutcome;

export type CompanyRequest = AttemptRequest & {
    /** `company/<slug>` or `school/<slug>`, as `parseCompanyPath` returns it. */
    path: string;
};

/** One request to LinkedIn, for the metrics of a run. */
export type RequestRecord = {
    client: string;
    page: 'profile' | 'company';
    /** `none`, `own`, or the groups of Apify's proxy; the country if one was requested. */
    proxy: { kind: string; country: string | null };
    /** How many times its session had been used, including this time. */
    sessionUse: number;
    outcome: 'found' | 'not_found' | 'redirect' | FailureCause;
    /** Bytes sent and received for it, handshakes included; null where unknown. */
    bytes: number | null;
};

/** The limits of an upstream provider. */
export type ProviderTerms = {
    maxRequestsPerSecond: number;
    maxInFlight: number;
    limits: RetryLimits;
};

export type RetryLimits = {
    /** Attempts per URL, including the first. */
    maxAttempts: number;
    /** The time budget of one URL for all attempts, in milliseconds; its first pause is not counted. */
    timeoutMs: number;
    /** Whether one attempt may take all the time left rather than half of it. For sources asked once. */
    isTimeWhole?: boolean;
};

/**
 * Where profiles and companies come from. Each call makes one attempt; the caller does retries and pacing.
 */
export type Source = {
    /** As in `meta.source` of a result. */
    readonly name: SourceName;
    /** Set for upstream providers, whose "not found" does not mean that LinkedIn has no such profile. */
    readonly provider?: ProviderTerms;
    fetchProfile(request: SourceRequest): Promise<SourceOutcome>;
    /** Set for sources that can fetch companies. */
    readonly fetchCompany?: (request: CompanyRequest) => Promise<CompanyOutcome>;
    /** Closes connections and servers. */
    close(): Promise<void>;
};
