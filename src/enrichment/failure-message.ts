import type { FailedOutcome } from './source.ts';

/** What a row says of a bug of ours: its details are in the log. */
export const internalErrorMessage = 'Something went wrong on our side. Try again; if it stays, send us the request id.';

/** Who is meant where an outcome names nobody. */
const linkedIn = 'LinkedIn';
const later = 'Try again later.';
const elsewhere = 'Try again later, or through other proxies.';

/** What happened and what to do about it, by cause. `peer` is who could not be used. */
const sentences: Record<FailedOutcome['cause'], (peer: string) => [event: string, advice: string]> = {
    wall: () => ['LinkedIn showed a sign-in wall instead of this profile', elsewhere],
    blocked: () => ['LinkedIn refused to show this profile', elsewhere],
    rate_limited: (peer) => [
        `${peer} asked us to slow down and went on asking`,
        peer === linkedIn ? 'Try again later, or lower `maxRequestsPerSecond`.' : later,
    ],
    redirect_loop: () => ['LinkedIn redirected this profile in a circle', later],
    proxy: (peer) => [
        `The proxy ${peer} let nothing through`,
        'Check `proxyConfiguration`: its address, user name and password.',
    ],
    no_connection: (peer) => [`There was no connection to ${peer}, or it broke off`, later],
    certificate: (peer) => [
        `The certificate of ${peer} cannot be trusted, so nothing was read`,
        'Check the proxy, or add its authority to NODE_EXTRA_CA_CERTS.',
    ],
    timeout: (peer) => [
        `${peer} did not respond in time`,
        peer === linkedIn ? 'Try again later, or raise `timeoutSecs`.' : later,
    ],
    server_error: (peer) => [`${peer} responded with an error of its own`, later],
    other_page: () => ['LinkedIn sent another page instead of this profile', elsewhere],
    too_large: () => ['This page is larger than 10 MB, more than is read', 'Trying again will not help.'],
    unreadable: (peer) => [`${peer} sent something that is not a readable profile`, later],
    no_credits: () => ['The account has no credits left', 'Top it up and try again.'],
    key_refused: () => ['The API key was refused', 'Correct it and try again.'],
};

type Failure = Pick<FailedOutcome, 'cause' | 'peer'>;

/** What happened to a profile, for users, without a full stop: never quotes a source's own words. */
export function describeEvent({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn)[0];
}

/** What happened to a profile and what to do about it: the message of its row. */
export function describeFailure({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn).join('. ');
}
