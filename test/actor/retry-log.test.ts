import { describe, expect, it } from 'vitest';
import { createRetryLog } from '../../src/actor/retry-log.ts';

const profileUrl = { handle: 'ada', canonicalUrl: 'https://www.linkedin.com/in/ada/' };
const failure = {
    kind: 'failed',
    code: 'upstream_error',
    isRetryable: true,
    isRefusal: true,
    detail: 'redirect to the sign-in wall',
} as const;

describe('the log of failed tries', () => {
    it('has a line a profile that was given up, in words, and one number for the others', () => {
        const lines: string[] = [];
        const log = createRetryLog((line) => lines.push(line));
        for (let n = 0; n < 1500; n += 1) log.note(profileUrl, failure, 200);
        log.note(profileUrl, failure, null);
        log.close();
        expect(lines).toEqual([
            'ada was given up: LinkedIn did not show it (redirect to the sign-in wall).',
            'Tries that failed and were made again: 1,500.',
        ]);
    });

    it('says nothing when nothing failed', () => {
        const lines: string[] = [];
        createRetryLog((line) => lines.push(line)).close();
        expect(lines).toEqual([]);
    });
});
