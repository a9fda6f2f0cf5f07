import { beforeAll, describe, expect, it } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor, type ActorRunResult } from '../../helpers/runs/run-actor.ts';

describe('the sandbox', () => {
    const outcomes = {
        'example-1': 'success',
        'not-found-1': 'not_found',
        'wall-1': 'upstream_error',
        'blocked-1': 'upstream_error',
        'rate-limited-1': 'success',
        'flaky-1': 'success',
        'error-1': 'upstream_error',
        'slow-1': 'success',
        'timeout-1': 'upstream_timeout',
        'moved-1': 'success',
        'bare-1': 'success',
        'masked-1': 'success',
        'unknown-1': 'success',
        'unicode-1': 'success',
        'huge-1': 'upstream_error',
    };
    let result: ActorRunResult;
    beforeAll(async () => {
        result = await runActor({ ...quickInput, timeoutSecs: 8, profileUrls: Object.keys(outcomes).map(urlOf) });
    }, 60_000);
    const rowOf = (handle: string) => result.rows.find((row) => row.url === urlOf(handle));

    it.each(Object.entries(outcomes))('returns for %s: %s', (handle, outcome) => {
        const row = rowOf(handle);
        expect(row?.status === 'error' ? row.code : row?.status).toBe(outcome);
    });

    it('adds up and charges what it found', () => expectTruth(result));

    it('follows a renamed profile to its new address', () => {
        expect(rowOf('moved-1')).toMatchObject({ canonical_url: urlOf('example-900001') });
    });

    it('never returns masked text as data', () => {
        const row = rowOf('masked-1');
        expect(JSON.stringify(row)).not.toMatch(/\*{3}|undefined/);
        expect(row).toMatchObject({ profile: { title: null, headline: null, company: { name: expect.any(String) } } });
    });

    it('retries what failed once', () => {
        expect(rowOf('flaky-1')?.meta.attempts).toBe(2);
        expect(rowOf('rate-limited-1')?.meta.attempts).toBe(2);
        expect(rowOf('wall-1')?.meta.attempts).toBe(3);
    });

    it('has request metrics in OUTPUT', () => {
        const { requests } = result.output;
        expect(requests).toMatchObject({
            by_proxy: [{ kind: 'none', country: null }],
            by_client: [{ client: 'node', requests: requests?.total }],
            refusals: { wall: 3, blocked: 3, rate_limited: 1 },
        });
        expect(requests?.bytes_per_profile_found).toBeGreaterThan(1000);
    });

    it('reports a page that is too large, without advice to retry', () => {
        expect(rowOf('huge-1')).toMatchObject({
            message: 'This page is larger than the limit of 10 MB. Trying again will not help.',
            meta: { attempts: 1 },
        });
    });

    it('logs a line per profile given up', () => {
        expect(result.log).toMatch(
            /^Gave up on wall-1: LinkedIn showed a sign-in wall instead of this profile \(.+\)\.$/m,
        );
        expect(result.log).toMatch(/^Retries: \d+\.$/m);
        expect(result.log).not.toMatch(/upstream_|trying again/);
    });
});
