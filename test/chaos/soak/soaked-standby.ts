import { setTimeout as sleep } from 'node:timers/promises';
import { readImageCommand } from '../../bench/programs/image-command.ts';
import { ActorProcess } from '../../platform/local/actor-process.ts';
import { LocalPlatform } from '../../platform/local/local-platform.ts';
import { planRandomFaults } from '../../platform/local/random-faults.ts';
import { createSeededRandom } from '../../platform/local/seeded-random.ts';
import type { ChaosProvider } from '../chaos-provider.ts';

const standbyMemoryMbytes = 256;

/** A Standby run as the image starts it, on a platform that errs. */
export async function startSoakedStandby({
    pageOrigin,
    provider,
    providerKey,
    seed,
    env,
}: {
    pageOrigin: string;
    provider: ChaosProvider;
    providerKey: string;
    seed: number;
    env: Record<string, string>;
}) {
    const platform = await new LocalPlatform().start();
    const input = {
        sources: ['public-page', 'ai-ark'],
        aiArkApiKey: providerKey,
        maxProviderLookups: 1_000_000,
        maxRequestsPerSecond: 100,
    };
    const profileFound = { eventTitle: 'Profile found', eventPriceUsd: 0.01 };
    const run = platform.createRun({
        input,
        pricingInfo: {
            pricingModel: 'PAY_PER_EVENT',
            pricingPerEvent: { actorChargeEvents: { 'profile-found': profileFound } },
        },
    });
    const plan = planRandomFaults(createSeededRandom(seed), { probability: 0.05, count: Number.POSITIVE_INFINITY });
    platform.setFaultPlan(run, (operation) => (operation === 'charge' ? plan(operation) : null));
    const container = new ActorProcess({
        platform,
        run,
        pageOrigin,
        nodeFlags: [
            `--max-old-space-size=${(standbyMemoryMbytes * 5) / 8}`,
            ...(readImageCommand().env['NODE_FLAGS'] ?? '').split(' '),
        ],
        env: {
            ...env,
            APIFY_META_ORIGIN: 'STANDBY',
            ACTOR_WEB_SERVER_PORT: '0',
            ACTOR_MEMORY_MBYTES: String(standbyMemoryMbytes),
            AI_ARK_ORIGIN: provider.originFor('standby'),
            LEDGER_SETTLE_MS: '600',
            LEDGER_PATIENCE_MS: '20000',
            PLATFORM_TIMEOUT_MS: '700',
        },
    });
    const readPort = () => /Ready on port (\d+)/.exec(container.log)?.[1];
    while (readPort() === undefined) await sleep(50);
    return {
        origin: `http://127.0.0.1:${readPort()}`,
        pid: container.pid,
        log: () => container.log,
        countCharges: () => run.countCharges()['profile-found'] ?? 0,
        /** Ends the run as an abort does: what is owed is charged before. */
        async stop(): Promise<void> {
            run.sendEvent('aborting');
            await container.ended;
            await platform.close();
        },
    };
}
