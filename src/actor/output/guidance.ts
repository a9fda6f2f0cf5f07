/** What a reader can do about each kind of problem. */
const advices: Record<string, string> = {
    validation_failed: 'Correct these lines and run them again. The reason is beside each of them; they cost nothing.',
    upstream_error: 'Run these again later, or with residential proxies (`proxyConfiguration`). They cost nothing.',
    upstream_timeout: 'Run these again later, or give each profile more time (`timeoutSecs`). They cost nothing.',
    rate_limit_exceeded: 'Run these again with fewer requests a second (`maxRequestsPerSecond`). They cost nothing.',
    internal_error: 'Run these again. If it persists, send us the request id of one of them. They cost nothing.',
};

/** What to do about a kind of problem. */
export function adviseOn(code: string): string {
    return advices[code] ?? 'Run these again later.';
}

/** What is wrong with a line, and what to do about it: a sentence or two each. */
export type Problem = { problem: string; advice: string };

/** Somebody who has no public profile. */
export const notFoundProblem: Problem = {
    problem: 'Not found: there is no public profile under this address.',
    advice: 'It was renamed, removed or hidden. Look the person up and correct the address.',
};

/** A line that ended in an error, by the message of its row: its first sentence says what happened, the rest what to do. */
export function readErrorProblem({ code, message }: { code: string; message: string }): Problem {
    const [event = message, ...advice] = message.split('. ');
    if (advice.length === 0) return { problem: message, advice: adviseOn(code) };
    return { problem: `${event}.`, advice: advice.join('. ') };
}
