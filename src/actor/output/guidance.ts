/** What each kind of problem is called, and what a reader can do about it. */
const problems: Record<string, { name: string; advice: string }> = {
    validation_failed: {
        name: 'Not a profile URL',
        advice: 'Correct these lines and run them again. The reason is beside each of them; they cost nothing.',
    },
    upstream_error: {
        name: 'Refused or failed',
        advice: 'Run these again later, or with residential proxies (`proxyConfiguration`). They cost nothing.',
    },
    upstream_timeout: {
        name: 'No answer in time',
        advice: 'Run these again later, or give each profile more time (`timeoutSecs`). They cost nothing.',
    },
    rate_limit_exceeded: {
        name: 'Too many requests',
        advice: 'Run these again with fewer requests a second (`maxRequestsPerSecond`). They cost nothing.',
    },
    internal_error: {
        name: 'A mistake of ours',
        advice: 'Run these again. If it stays, send us the request id of one of them. They cost nothing.',
    },
    not_found: {
        name: 'Not found',
        advice: 'There is no public profile under this address: it was renamed, removed or hidden. Look the person up and correct the address.',
    },
};

/** A kind of problem by its name for people. */
export function describeErrorCode(code: string): string {
    return problems[code]?.name ?? code;
}

/** What to do about a kind of problem. */
export function adviseOn(code: string): string {
    return problems[code]?.advice ?? 'Run these again later.';
}
