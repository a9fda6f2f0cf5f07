import * as z from 'zod';

const configSchema = z.object({
    /** Where public pages are fetched from; tests and benches point it at a local server. */
    PUBLIC_PAGE_ORIGIN: z.url().default('https://www.linkedin.com'),
    /** The container's memory in MB; bounds how many pages are under way at once. */
    ACTOR_MEMORY_MBYTES: z.coerce.number().int().positive().default(4096),
    /** Where a local run keeps its storages; the SDK reads it too. */
    CRAWLEE_STORAGE_DIR: z.string().default('storage'),
    /** Milliseconds after which a write in doubt shows in the dataset, if it was made. Tests shorten it. */
    LEDGER_SETTLE_MS: z.coerce.number().int().nonnegative().default(8000),
    /** Milliseconds for which rows and charges are tried against a platform that fails. Tests shorten it. */
    LEDGER_PATIENCE_MS: z.coerce.number().int().positive().default(120_000),
    /** Milliseconds after which one call to the Apify platform is given up, and tried again. Tests shorten it. */
    PLATFORM_TIMEOUT_MS: z.coerce.number().int().positive().default(30_000),
    /** Where the live page of a run is served; without it there is none. */
    ACTOR_WEB_SERVER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

/** What the environment decides. The Apify SDK reads its own variables itself. */
export type Config = {
    publicPageOrigin: string;
    memoryMbytes: number;
    storageDir: string;
    ledgerSettleMs: number;
    ledgerPatienceMs: number;
    platformTimeoutMs: number;
    webServerPort: number | null;
};

/** Reads the environment; throws when a variable cannot be understood, naming it. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
    const env = configSchema.parse(environment);
    return {
        publicPageOrigin: env.PUBLIC_PAGE_ORIGIN.replace(/\/+$/, ''),
        memoryMbytes: env.ACTOR_MEMORY_MBYTES,
        storageDir: env.CRAWLEE_STORAGE_DIR.replace(/[/\\]+$/, ''),
        ledgerSettleMs: env.LEDGER_SETTLE_MS,
        ledgerPatienceMs: env.LEDGER_PATIENCE_MS,
        platformTimeoutMs: env.PLATFORM_TIMEOUT_MS,
        webServerPort: env.ACTOR_WEB_SERVER_PORT ?? null,
    };
}
