import type { FailedOutcome } from '../source.ts';

/** The message of a row that failed because of a bug; the details are in the log. */
export const internalErrorMessage =
    'Something went wrong on our side. Try again; if it persists, send us the request id.';

/** The default for `peer`. */
const linkedIn = 'LinkedIn';
const later = 'Try again later.';
const elsewhere = 'Try again later, or through other proxies.';

/** What happened and what to do about it, by cause. `who` is LinkedIn, or the provider, host or proxy that failed. */
const sentences: Record<FailedOutcome['cause'], (who: string) => [event: string, advice: string]> = {
    wall: (who) => [`${who} showed a sign-in wall instead of this profile`, elsewhere],
    blocked: (who) => [`${who} refused to show this profile`, elsewhere],
    rate_limited: (who) => [
        `${who} kept asking us to slow down`,
        who === linkedIn ? 'Try again later, or lower `maxRequestsPerSecond`.' : later,
    ],
    redirect_loop: (who) => [`${who} redirected this profile in a loop`, later],
    proxy: (who) => [
        `The proxy ${who} let nothing through`,
        'Check `proxyConfiguration`: its address, user name and password.',
    ],
    no_connection: (who) => [`The connection to ${who} failed or broke off`, later],
    certificate: (who) => [
        `The certificate of ${who} is not trusted, so nothing was read`,
        'Check the proxy, or add its authority to NODE_EXTRA_CA_CERTS (for impit, SSL_CERT_FILE).',
    ],
    timeout: (who) => [
        `${who} did not respond in time`,
        who === linkedIn ? 'Try again later, or raise `timeoutSecs`.' : later,
    ],
    server_error: (who) => [`${who} responded with a server error`, later],
    other_page: (who) => [`${who} sent another page instead of this profile`, elsewhere],
    too_large: () => ['This page is larger than the limit of 10 MB', 'Trying again will not help.'],
    unreadable: (who) => [`${who} sent something that is not a readable profile`, later],
    no_credits: (who) => [`The account at ${who} has no credits left`, 'Top it up and try again.'],
    key_refused: (who) => [`${who} refuses the API key`, 'Correct it and try again.'],
};

type Failure = Pick<FailedOutcome, 'cause' | 'peer'>;

/** What happened to a profile, for users, without a full stop. Never quotes a source's own words. */
export function describeEvent({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn)[0];
}

/** What happened to a profile and what to do about it: the message of its row. */
export function describeFailure({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn).join('. ');
}
