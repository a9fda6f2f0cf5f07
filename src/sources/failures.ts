import type { FailureCause } from '../enrichment/result/result.ts';
import type { FailedOutcome } from '../enrichment/source.ts';

/** The source refused the request and would refuse others like it; another session may succeed. */
export function buildRefusal(cause: FailureCause, detail: string): FailedOutcome {
    return { ...buildFault(cause, detail), isRefusal: true };
}

/** The response was invalid or broke off: it concerns this request only, and a retry may succeed. */
export function buildFault(cause: FailureCause, detail: string, isRetryable = true): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}

/** A 429; the pause applies to all requests. */
export function buildRateLimited(detail: string, pauseMs: number): FailedOutcome {
    const refusal = buildRefusal('rate_limited', detail);
    return { ...refusal, code: 'rate_limit_exceeded', pause: { ms: pauseMs, scope: 'queue' } };
}

export function buildTimeout(): FailedOutcome {
    return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
}

/** Whether the code of a network error is one of a certificate. */
export const isCertificateError = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
