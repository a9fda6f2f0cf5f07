import * as z from 'zod';
import { baseUrlSchema } from './actor/input/sources.ts';
import { sourceNames } from './enrichment/result/result.ts';
import { commonSettings, parseEnvironment, readCommon, sourceList, wholeNumber } from './environment.ts';

/** An amount of money: a decimal number without a sign. */
const amountUsd = z
    .string()
    .trim()
    .regex(/^(?:\d+(?:\.\d*)?|\.\d+)(?:e-?\d+)?$/i)
    .transform(Number);

const liveSources = sourceNames.filter((name) => name !== 'sandbox' && name !== 'sandbox-provider');

const configSchema = z.object({
    ...commonSettings,
    /** The default of the input's `sources`. */
    SOURCES: sourceList(liveSources)
        .prefault('public-page')
        .describe('a list of sources separated by commas, such as public-page,ai-ark'),
    /** The container's memory in MB; limits the pages in flight. */
    ACTOR_MEMORY_MBYTES: wholeNumber(1).default(4096).describe('a whole number of megabytes from 1'),
    /** The defaults of the input's `apiBaseUrl` and `apiKey`. */
    ENRICHMENT_API_URL: baseUrlSchema.optional().describe('an address such as https://api.example.com'),
    ENRICHMENT_API_KEY: z.string().optional(),
    /** The most the run may charge, in US dollars. The SDK reads it too, and takes 0 for no limit. */
    ACTOR_MAX_TOTAL_CHARGE_USD: amountUsd.optional().describe('an amount of US dollars from 0'),
    /** The most rows that may be charged, on an Actor priced per row. */
    ACTOR_MAX_PAID_DATASET_ITEMS: wholeNumber(0).optional().describe('a whole number from 0'),
    /** Set by the platform; unset in a local run. */
    APIFY_IS_AT_HOME: z.string().optional(),
    /** How the run was started; a Standby run serves HTTP requests instead of processing a list. */
    APIFY_META_ORIGIN: z.string().optional(),
    /** The port of the live page, or in Standby of the API; without it there is no live page. */
    ACTOR_WEB_SERVER_PORT: wholeNumber(0, 65_535).optional().describe('a port from 0 to 65535'),
    /** The storage folder of a local run; the SDK reads it too. */
    CRAWLEE_STORAGE_DIR: z.string().optional(),
    /** Milliseconds after which an ambiguous write is visible in the dataset, if it succeeded. Tests shorten it. */
    LEDGER_SETTLE_MS: wholeNumber(0).default(8000).describe('a whole number of milliseconds from 0'),
    /** Milliseconds for which rows and charges are retried while the platform fails. Tests shorten it. */
    LEDGER_PATIENCE_MS: wholeNumber(1).default(120_000).describe('a whole number of milliseconds from 1'),
    /** Milliseconds after which a call to the Apify platform is aborted and retried. Tests shorten it. */
    PLATFORM_TIMEOUT_MS: wholeNumber(1).default(30_000).describe('a whole number of milliseconds from 1'),
});

/** The configuration of a run. The Apify SDK reads its own variables itself. */
export type Config = ReturnType<typeof readConfig>;

/** Reads the environment of a run; throws an error with one sentence for an invalid variable. */
export function readConfig(environment: Record<string, string | undefined> = process.env) {
    const env = parseEnvironment(configSchema, environment);
    const { providerKeys, ...common } = readCommon(env);
    return {
        ...common,
        memoryMbytes: env.ACTOR_MEMORY_MBYTES,
        // As the SDK reads it.
        isAtHome: !['false', '0', undefined].includes(env.APIFY_IS_AT_HOME?.toLowerCase()),
        isStandby: env.APIFY_META_ORIGIN === 'STANDBY',
        webServerPort: env.ACTOR_WEB_SERVER_PORT ?? null,
        defaultApi: {
            ...(env.ENRICHMENT_API_URL ? { baseUrl: env.ENRICHMENT_API_URL } : {}),
            ...(env.ENRICHMENT_API_KEY ? { apiKey: env.ENRICHMENT_API_KEY } : {}),
        },
        sourceDefaults: { sources: env.SOURCES, keys: providerKeys },
        storageDir: (env.CRAWLEE_STORAGE_DIR ?? 'storage').replace(/[/\\]+$/, ''),
        // Previous results are moved to `previous/` in the default folder only.
        keepsPreviousResults: env.CRAWLEE_STORAGE_DIR === undefined,
        ledgerSettleMs: env.LEDGER_SETTLE_MS,
        ledgerPatienceMs: env.LEDGER_PATIENCE_MS,
        platformTimeoutMs: env.PLATFORM_TIMEOUT_MS,
        spendingLimits: {
            maxTotalChargeUsd: env.ACTOR_MAX_TOTAL_CHARGE_USD ?? null,
            maxPaidItems: env.ACTOR_MAX_PAID_DATASET_ITEMS ?? null,
        },
    };
}
