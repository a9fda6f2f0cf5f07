import { resolve } from 'node:path';
import * as z from 'zod';
import { sourceNames, type SourceName } from './enrichment/result/result.ts';
import type { HttpClientName } from './sources/public-page/http/http-client.ts';
import type { ProxySetting } from './sources/public-page/proxy-urls.ts';

/** A whole number as the environment holds it: digits. */
function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
    return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));
}

/** Live sources in the order in which they are asked. */
const sourceList = z
    .string()
    .default('public-page')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(sourceNames).exclude(['sandbox', 'sandbox-provider'])).min(1));

/** An amount of money as the environment holds it: a decimal number without a sign. */
const amountUsd = z
    .string()
    .trim()
    .regex(/^(?:\d+(?:\.\d*)?|\.\d+)(?:e-?\d+)?$/i)
    .transform(Number);

/** Keys go there, so only over TLS; over plain HTTP to a stand-in on this machine alone. */
const providerOrigin = z.string().refine((address) => {
    if (!URL.canParse(address)) return false;
    const { protocol, hostname, username } = new URL(address);
    const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
    return username === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
});

/** Where the upstream providers are, other than where they say themselves; tests point them at a stand-in. */
const providerOrigins = {
    AI_ARK_ORIGIN: providerOrigin.optional(),
    ENRICH_LAYER_ORIGIN: providerOrigin.optional(),
    PDL_ORIGIN: providerOrigin.optional(),
};

/** By the name of the source; a provider that is not moved is left out. */
export type ProviderOrigins = Partial<Record<'ai-ark' | 'enrich-layer' | 'people-data-labs', string>>;

const httpClient = z.enum(['node', 'got-scraping', 'impit'] satisfies HttpClientName[]).default('node');

const configSchema = z.object({
    ...providerOrigins,
    /** Where public pages are fetched from; tests and benches point it at a local server. */
    PUBLIC_PAGE_ORIGIN: z.url({ protocol: /^https?$/ }).default('https://www.linkedin.com'),
    /** What makes the requests for public pages: Node itself, got-scraping, or Apify's impit. */
    HTTP_CLIENT: httpClient,
    /** The container's memory in MB; bounds how many pages are under way at once. */
    ACTOR_MEMORY_MBYTES: wholeNumber(1).default(4096),
    /** The enrichment API that runs with that source ask where their input does not say. */
    ENRICHMENT_API_URL: z.url({ protocol: /^https?$/ }).optional(),
    ENRICHMENT_API_KEY: z.string().optional(),
    /** The sources to ask where the input does not say, separated by commas, and the operator's keys of providers. */
    SOURCES: sourceList,
    AI_ARK_API_KEY: z.string().optional(),
    ENRICH_LAYER_API_KEY: z.string().optional(),
    PDL_API_KEY: z.string().optional(),
    /** The most the run may charge, in US dollars. The SDK reads it too, and takes 0 for no limit. */
    ACTOR_MAX_TOTAL_CHARGE_USD: amountUsd.optional(),
    /** The most rows that are paid for, on an Actor that is priced by the row. */
    ACTOR_MAX_PAID_DATASET_ITEMS: wholeNumber(0).optional(),
    /** Set by the platform: this is a run on it, and no local one. */
    APIFY_IS_AT_HOME: z.string().optional(),
    /** How the run was started; a Standby run answers HTTP requests instead of working a list off. */
    APIFY_META_ORIGIN: z.string().optional(),
    /** Where the run's own web server listens: the live page, or in Standby the API; without it there is no page. */
    ACTOR_WEB_SERVER_PORT: wholeNumber(0, 65_535).optional(),
    /** Where a local run keeps its storages; the SDK reads it too. */
    CRAWLEE_STORAGE_DIR: z.string().default('storage'),
    /** Milliseconds after which a write in doubt shows in the dataset, if it was made. Tests shorten it. */
    LEDGER_SETTLE_MS: wholeNumber(0).default(8000),
    /** Milliseconds for which rows and charges are tried against a platform that fails. Tests shorten it. */
    LEDGER_PATIENCE_MS: wholeNumber(1).default(120_000),
    /** Milliseconds after which one call to the Apify platform is given up, and tried again. Tests shorten it. */
    PLATFORM_TIMEOUT_MS: wholeNumber(1).default(30_000),
});

/** What the environment decides. The Apify SDK reads its own variables itself. */
export type Config = {
    publicPageOrigin: string;
    httpClient: z.infer<typeof httpClient>;
    providerOrigins: ProviderOrigins;
    memoryMbytes: number;
    isAtHome: boolean;
    isStandby: boolean;
    webServerPort: number | null;
    defaultApi: { baseUrl?: string; apiKey?: string };
    sourceDefaults: {
        sources: SourceName[];
        keys: { 'ai-ark'?: string; 'enrich-layer'?: string; 'people-data-labs'?: string };
    };
    storageDir: string;
    ledgerSettleMs: number;
    ledgerPatienceMs: number;
    platformTimeoutMs: number;
    spendingLimits: { maxTotalChargeUsd: number | null; maxPaidItems: number | null };
};

/** What each variable takes, in the words of the sentence that says so. */
const expectations: Record<string, string> = {
    SOURCES: 'a list of sources separated by commas, such as public-page,ai-ark',
    PUBLIC_PAGE_ORIGIN: 'an address such as https://www.linkedin.com',
    HTTP_CLIENT: '`node`, `got-scraping` or `impit`',
    PROXY_URLS: 'addresses separated by commas, such as http://user:password@proxy.example:8000',
    APIFY_PROXY_PASSWORD: 'the password of Apify Proxy, which APIFY_PROXY_GROUPS and APIFY_PROXY_COUNTRY need',
    APIFY_PROXY_GROUPS: 'groups of Apify Proxy separated by commas, such as RESIDENTIAL',
    APIFY_PROXY_COUNTRY: 'a country of two letters, such as US',
    APIFY_PROXY_HOSTNAME: 'a host such as proxy.apify.com',
    APIFY_PROXY_PORT: 'a port from 1 to 65535',
    SOURCE_MAX_REQUESTS_PER_SECOND: 'a number from 0.1 to 500',
    AI_ARK_ORIGIN: 'an https address such as https://api.ai-ark.com; http only to this machine',
    ENRICH_LAYER_ORIGIN: 'an https address such as https://enrichlayer.com; http only to this machine',
    PDL_ORIGIN: 'an https address such as https://api.peopledatalabs.com; http only to this machine',
    ENRICHMENT_API_URL: 'an address such as https://api.example.com',
    ACTOR_MEMORY_MBYTES: 'a whole number of megabytes from 1',
    ACTOR_MAX_TOTAL_CHARGE_USD: 'an amount of US dollars from 0',
    ACTOR_MAX_PAID_DATASET_ITEMS: 'a whole number from 0',
    ACTOR_WEB_SERVER_PORT: 'a port from 0 to 65535',
    LEDGER_SETTLE_MS: 'a whole number of milliseconds from 0',
    LEDGER_PATIENCE_MS: 'a whole number of milliseconds from 1',
    PLATFORM_TIMEOUT_MS: 'a whole number of milliseconds from 1',
    HOST: 'an address to listen on, such as 127.0.0.1',
    PORT: 'a port from 0 to 65535',
    DATABASE_POOL_SIZE: 'a whole number of connections from 1 to 200',
    METRICS_PORT: 'a port from 0 to 65535',
    KEEP_ALIVE_SECS: 'a whole number of seconds from 1 to 3600',
    MAX_REQUESTS_IN_FLIGHT: 'a whole number from 1',
};

/** An empty variable counts as unset. Throws one sentence for whoever set one wrong. */
function parseEnvironment<Env>(schema: z.ZodType<Env>, environment: Record<string, string | undefined>): Env {
    const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    const parsing = schema.safeParse(given);
    if (parsing.success) return parsing.data;
    const name = String(parsing.error.issues[0]?.path[0]);
    throw new Error(`The environment variable ${name} takes ${expectations[name] ?? 'something else'}.`);
}

/** Reads the environment of a run; throws one sentence when a variable cannot be understood. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
    const env = parseEnvironment(configSchema, environment);
    return {
        publicPageOrigin: env.PUBLIC_PAGE_ORIGIN.replace(/\/+$/, ''),
        httpClient: env.HTTP_CLIENT,
        providerOrigins: readProviderOrigins(env),
        memoryMbytes: env.ACTOR_MEMORY_MBYTES,
        // As the SDK reads it.
        isAtHome: !['false', '0', undefined].includes(env.APIFY_IS_AT_HOME?.toLowerCase()),
        isStandby: env.APIFY_META_ORIGIN === 'STANDBY',
        webServerPort: env.ACTOR_WEB_SERVER_PORT ?? null,
        defaultApi: {
            ...(env.ENRICHMENT_API_URL ? { baseUrl: env.ENRICHMENT_API_URL } : {}),
            ...(env.ENRICHMENT_API_KEY ? { apiKey: env.ENRICHMENT_API_KEY } : {}),
        },
        sourceDefaults: {
            sources: env.SOURCES,
            keys: {
                ...(env.AI_ARK_API_KEY ? { 'ai-ark': env.AI_ARK_API_KEY } : {}),
                ...(env.ENRICH_LAYER_API_KEY ? { 'enrich-layer': env.ENRICH_LAYER_API_KEY } : {}),
                ...(env.PDL_API_KEY ? { 'people-data-labs': env.PDL_API_KEY } : {}),
            },
        },
        storageDir: env.CRAWLEE_STORAGE_DIR.replace(/[/\\]+$/, ''),
        ledgerSettleMs: env.LEDGER_SETTLE_MS,
        ledgerPatienceMs: env.LEDGER_PATIENCE_MS,
        platformTimeoutMs: env.PLATFORM_TIMEOUT_MS,
        spendingLimits: {
            maxTotalChargeUsd: env.ACTOR_MAX_TOTAL_CHARGE_USD ?? null,
            maxPaidItems: env.ACTOR_MAX_PAID_DATASET_ITEMS ?? null,
        },
    };
}

function readProviderOrigins(env: {
    [Name in keyof typeof providerOrigins]?: string | undefined;
}): ProviderOrigins {
    const moved: Array<[keyof ProviderOrigins, string | undefined]> = [
        ['ai-ark', env.AI_ARK_ORIGIN],
        ['enrich-layer', env.ENRICH_LAYER_ORIGIN],
        ['people-data-labs', env.PDL_ORIGIN],
    ];
    return Object.fromEntries(
        moved.flatMap(([name, origin]) => (origin === undefined ? [] : [[name, origin.replace(/\/+$/, '')]])),
    );
}

/** Texts separated by commas, blanks around them left out. */
const textList = z.string().transform((text) =>
    text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
);

/** Which proxies the API fetches through. */
const proxySettings = {
    PROXY_URLS: textList.pipe(z.array(z.url({ protocol: /^https?$/ }))).optional(),
    APIFY_PROXY_PASSWORD: z.string().optional(),
    APIFY_PROXY_GROUPS: textList.pipe(z.array(z.string().regex(/^[\w~.]+$/))).optional(),
    APIFY_PROXY_COUNTRY: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[A-Z]{2}$/)
        .optional(),
    APIFY_PROXY_HOSTNAME: z
        .string()
        .regex(/^[\w.-]+$/)
        .default('proxy.apify.com'),
    APIFY_PROXY_PORT: wholeNumber(1, 65_535).default(8000),
};

const apiConfigSchema = z
    .object({
        ...providerOrigins,
        ...proxySettings,
        HTTP_CLIENT: httpClient,
        /** For all accounts together; each has a rate of its own beside it. */
        SOURCE_MAX_REQUESTS_PER_SECOND: z
            .string()
            .regex(/^\d+(?:\.\d+)?$/)
            .transform(Number)
            .pipe(z.number().min(0.1).max(500))
            .optional(),
        HOST: z.string().min(1).default('127.0.0.1'),
        PORT: wholeNumber(0, 65_535).default(8080),
        /** Read where the accounts are opened, which says what is wrong with it. */
        DATABASE_URL: z.string().optional(),
        DATABASE_POOL_SIZE: wholeNumber(1, 200).default(10),
        PUBLIC_PAGE_ORIGIN: z.url({ protocol: /^https?$/ }).default('https://www.linkedin.com'),
        ACCOUNTS_DIR: z.string().min(1).default('storage/accounts'),
        METRICS_PORT: wholeNumber(0, 65_535).optional(),
        KEEP_ALIVE_SECS: wholeNumber(1, 3600).default(75),
        MAX_REQUESTS_IN_FLIGHT: wholeNumber(1).default(500),
    })
    .refine(
        ({ APIFY_PROXY_PASSWORD: password, APIFY_PROXY_GROUPS: groups, APIFY_PROXY_COUNTRY: country }) =>
            password !== undefined || (groups === undefined && country === undefined),
        { path: ['APIFY_PROXY_PASSWORD'] },
    );

/** What the environment decides for the API server and the accounts command line. */
export type ApiConfig = {
    providerOrigins: ProviderOrigins;
    host: string;
    /** 0 for any free port. */
    port: number;
    accountsHome: { databaseUrl: string; poolSize: number } | { folder: string };
    publicPageOrigin: string;
    httpClient: z.infer<typeof httpClient>;
    /** Null where pages are fetched from this machine's own address. */
    proxy: ProxySetting | null;
    /** Null for the accounts' own rates alone. */
    sourceMaxRequestsPerSecond: number | null;
    maxRequestsInFlight: number;
    /** Where the metrics are served; null: nowhere. */
    metricsPort: number | null;
    keepAliveMs: number;
};

/** Reads the environment of the API; throws one sentence when a variable cannot be understood. */
export function readApiConfig(environment: Record<string, string | undefined> = process.env): ApiConfig {
    const env = parseEnvironment(apiConfigSchema, environment);
    return {
        host: env.HOST,
        port: env.PORT,
        accountsHome:
            env.DATABASE_URL === undefined
                ? { folder: resolve(env.ACCOUNTS_DIR) }
                : { databaseUrl: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE },
        publicPageOrigin: env.PUBLIC_PAGE_ORIGIN.replace(/\/+$/, ''),
        httpClient: env.HTTP_CLIENT,
        proxy: readProxySetting(env),
        sourceMaxRequestsPerSecond: env.SOURCE_MAX_REQUESTS_PER_SECOND ?? null,
        providerOrigins: readProviderOrigins(env),
        maxRequestsInFlight: env.MAX_REQUESTS_IN_FLIGHT,
        metricsPort: env.METRICS_PORT ?? null,
        keepAliveMs: env.KEEP_ALIVE_SECS * 1000,
    };
}

/** Proxies of one's own go before Apify's. */
function readProxySetting(env: z.infer<typeof apiConfigSchema>): ProxySetting | null {
    if (env.PROXY_URLS !== undefined && env.PROXY_URLS.length > 0) return { urls: env.PROXY_URLS };
    if (env.APIFY_PROXY_PASSWORD === undefined) return null;
    return {
        host: `${env.APIFY_PROXY_HOSTNAME}:${env.APIFY_PROXY_PORT}`,
        password: env.APIFY_PROXY_PASSWORD,
        groups: env.APIFY_PROXY_GROUPS ?? [],
        country: env.APIFY_PROXY_COUNTRY ?? null,
    };
}
