import { describe, expect, it } from 'vitest';
import { createBugLog, createRetryLog } from '../../../src/actor/output/retry-log.ts';

const profileUrl = { handle: 'ada', canonicalUrl: 'https://www.linkedin.com/in/ada/' };
const givenUp =
    'Gave up on ada: LinkedIn showed a sign-in wall instead of this profile (redirect to the sign-in wall).';
const failure = {
    kind: 'failed',
    code: 'upstream_error',
    cause: 'wall',
    isRetryable: true,
    isRefusal: true,
    detail: 'redirect to the sign-in wall',
} as const;

describe('the log of failed attempts', () => {
    it('has a line for the first profiles given up, and totals by reason', () => {
        const lines: string[] = [];
        const log = createRetryLog((line) => lines.push(line));
        for (let n = 0; n < 1500; n += 1) log.recordProfile(profileUrl, failure, 200);
        for (let n = 0; n < 43; n += 1) log.recordProfile(profileUrl, failure, null);
        log.close();
        expect(lines).toEqual([
            ...Array.from({ length: 5 }, () => givenUp),
            'Further profiles given up for this reason are counted at the end.',
            'Given up: 43. LinkedIn showed a sign-in wall instead of this profile.',
            'Retries: 1,500.',
        ]);
    });

    it('is empty when nothing failed', () => {
        const lines: string[] = [];
        createRetryLog((line) => lines.push(line)).close();
        expect(lines).toEqual([]);
    });
});

describe('the log of bugs', () => {
    it('shows the stack of each kind of bug once', async () => {
        const lines: string[] = [];
        const describeBug = async (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
        const log = createBugLog((line) => lines.push(line), describeBug);
        const fail = (page: string) => new TypeError(`cannot read ${page}`);
        for (const page of ['one', 'two']) log(fail(page));
        log(new RangeError('another place'));
        log('no error at all');
        await expect.poll(() => lines).toEqual(['cannot read one', 'another place', 'no error at all']);
    });
});
