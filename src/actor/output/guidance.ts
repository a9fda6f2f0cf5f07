/** What the user can do, by error code. */
const adviceByCode: Record<string, string> = {
    validation_failed: 'Correct these lines and run them again. Each has its reason. They cost nothing.',
    upstream_error: 'Run these again later, or with residential proxies (`proxyConfiguration`). They cost nothing.',
    upstream_timeout: 'Run these again later, or give each profile more time (`timeoutSecs`). They cost nothing.',
    rate_limit_exceeded: 'Run these again with fewer requests per second (`maxRequestsPerSecond`). They cost nothing.',
    internal_error: 'Run these again. If it persists, send us the request ID of one of them. They cost nothing.',
};

/** What is wrong with a line, and what to do about it; one or two sentences each. */
export type Problem = { problem: string; advice: string };

export const notFoundProblem: Problem = {
    problem: 'Not found: there is no public profile under this address.',
    advice: 'It was renamed, removed or hidden. Look the person up and correct the address.',
};

/** Splits an error row's message: its first sentence says what happened, the rest what to do. */
export function readErrorProblem({ code, message }: { code: string; message: string }): Problem {
    const [event = message, ...advice] = message.split('. ');
    if (advice.length === 0) return { problem: message, advice: adviceByCode[code] ?? 'Run these again later.' };
    return { problem: `${event}.`, advice: advice.join('. ') };
}
