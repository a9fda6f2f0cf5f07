import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';

describe('the end of a run', () => {
    it('stops at the spending limit, lists the rest and charges no more', async () => {
        const profileUrls = Array.from({ length: 9 }, (_, n) => urlOf(`example-${n}`));
        const env = { ACTOR_TEST_PAY_PER_EVENT: '1', ACTOR_MAX_TOTAL_CHARGE_USD: '4' };
        const result = await runActor({ ...quickInput, profileUrls }, { env });
        expect(result.exitCode).toBe(0);
        expect(result.output).toMatchObject({ found: 4, remaining: 5, ending: 'budget' });
        expect(result.remainingUrls).toEqual(profileUrls.slice(4));
        expect(result.output.message).toContain('spending limit');
        expectTruth(result);
    });

    it('keeps its results on Ctrl-C and resumes from there', async () => {
        const storage = await mkdtemp(join(tmpdir(), 'actor-resume-'));
        const profileUrls = Array.from({ length: 30 }, (_, n) => urlOf(`example-${n}`));
        const input = { ...quickInput, maxRequestsPerSecond: 10, profileUrls };
        const env = { APIFY_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };
        let isSent = false;
        const first = await runActor(input, {
            storage,
            env,
            onLog: (log) => {
                if (isSent || !/[1-9]\d* found/.test(log)) return null;
                isSent = true;
                return 'SIGINT';
            },
        });
        expect(first.exitCode).toBe(0);
        expect(first.output).toMatchObject({ ending: 'aborted', lines: 30 });
        expect(first.output.remaining).toBeGreaterThan(0);
        expect(first.remainingUrls).toHaveLength(first.output.remaining);
        expect(first.log).toContain('Stopping: finishing requests in progress …');
        expect(first.output.message).toContain('run `APIFY_PURGE_ON_START=0 npm start` to continue');
        // Local files are visible at once: a run that waited for its rows would take an hour here.
        const patient = { ...env, LEDGER_SETTLE_MS: '3600000' };
        const second = await runActor({ ...input, profileUrls: [urlOf('example-99')] }, { storage, env: patient });
        expect(second.log).toContain('Resuming an earlier run with its list (lines: 30);');
        expect(second.output).toMatchObject({ found: 30, remaining: 0 });
        expect(second.rows).toHaveLength(30);
        expectTruth(second);
        await rm(storage, { recursive: true, force: true });
    }, 60_000);

    it('survives a kill without duplicate or missing rows and charges', async () => {
        const storage = await mkdtemp(join(tmpdir(), 'actor-kill-'));
        const profileUrls = Array.from({ length: 40 }, (_, n) =>
            urlOf(n % 5 === 4 ? `not-found-${n}` : `example-${n}`),
        );
        const input = { ...quickInput, maxRequestsPerSecond: 12, profileUrls };
        const env = { CRAWLEE_PURGE_ON_START: '0', APIFY_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };
        let isKilled = false;
        const first = await runActor(input, {
            storage,
            env,
            onLog: (log) => {
                if (isKilled || !/[1-9]\d* found/.test(log)) return null;
                isKilled = true;
                return 'SIGKILL';
            },
        });
        expect(first.exitCode).toBeNull();
        const second = await runActor(input, { storage, env });
        expect(second.output).toMatchObject({ found: 32, not_found: 8, remaining: 0 });
        expect(second.rows).toHaveLength(40);
        expectTruth(second);
        await rm(storage, { recursive: true, force: true });
    }, 60_000);

    it('stops early, fails and charges nothing when the source refuses every profile', async () => {
        const profileUrls = Array.from({ length: 60 }, (_, n) => urlOf(`blocked-${n}`));
        const result = await runActor({ ...quickInput, maxAttempts: 1, maxConcurrency: 5, profileUrls });
        expect(result.exitCode).toBe(1);
        expect(result.output.ending).toBe('refused');
        expect(result.output.remaining).toBeGreaterThan(20);
        expect(result.charges).toHaveLength(0);
        expectTruth(result);
    });
});
