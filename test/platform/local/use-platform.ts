import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { startSandboxSite, type SandboxSite } from '../../../src/sources/sandbox/sandbox-site.ts';
import { ActorProcess } from './actor-process.ts';
import { LocalPlatform } from './local-platform.ts';
import type { PlatformRun, PricingInfo, RunOptions } from './platform-run.ts';

/** Pay-per-event pricing with these events. */
export function buildPricing(events: Record<string, object>): PricingInfo {
    return { pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents: events } };
}

/** One cent per profile found. */
export const oneCentPricing = buildPricing({
    'profile-found': { eventTitle: 'Profile found', eventPriceUsd: 0.01 },
});

/** The records of a run. */
export type Account = {
    output: Record<string, unknown> & { ending?: string; message?: string };
    remainingUrls: string[];
};

/** A profile URL without scheme, as users write it. */
export const addressOf = (handle: string) => `linkedin.com/in/${handle}`;

/** URLs of sandbox profiles, from 1. */
export const people = (count: number) => Array.from({ length: count }, (_, index) => addressOf(`example-${index + 1}`));

/** A local platform and a page server for one test file. */
export function usePlatform() {
    let site: SandboxSite;
    let platform: LocalPlatform;
    beforeAll(async () => {
        site = await startSandboxSite(systemClock);
        platform = await new LocalPlatform({ countLagMs: 3000 }).start();
    });
    afterAll(async () => {
        await platform.close();
        await site.close();
    });
    return {
        get platform() {
            return platform;
        },
        createRun: (options: RunOptions) => platform.createRun({ pricingInfo: oneCentPricing, ...options }),
        /** Starts a container of a run, with short timings. */
        start: (run: PlatformRun, env: Record<string, string> = {}) =>
            new ActorProcess({
                platform,
                run,
                pageOrigin: site.origin,
                env: { LEDGER_SETTLE_MS: '200', LEDGER_PATIENCE_MS: '4000', PLATFORM_TIMEOUT_MS: '1000', ...env },
            }),
        readAccount: (run: PlatformRun): Account => ({
            output: (run.readJson('OUTPUT') ?? {}) as Account['output'],
            remainingUrls: (run.readJson('REMAINING_URLS') ?? []) as string[],
        }),
        /** Calls `act` once, after the n-th call of a kind has taken effect. */
        onNthCall: (run: PlatformRun, operation: string, nth: number, act: () => void): void => {
            let left = nth;
            platform.onCall(run, (called, moment) => {
                if (called !== operation || moment !== 'after') return;
                left -= 1;
                if (left === 0) act();
            });
        },
    };
}

/** The `input_index` of the stored rows, in order. */
export const answeredLines = (run: PlatformRun) =>
    [...run.dataset.readTruth(), ...run.misses.readTruth()]
        .map((row) => row['input_index'] as number)
        .sort((one, other) => one - other);
