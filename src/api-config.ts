import { resolve } from 'node:path';
import * as z from 'zod';
import {
    commonSettings,
    liveProviders,
    parseEnvironment,
    providerVariables,
    readCommon,
    sourceList,
    textList,
    wholeNumber,
    type ProviderName,
} from './environment.ts';
import type { AccountsHome } from './accounts/database/open-accounts.ts';
import type { ProxySetting } from './sources/public-page/proxy-urls.ts';

type ApiSourceName = 'public-page' | ProviderName;

/** The proxies that the API fetches through. */
const proxySettings = {
    PROXY_URLS: textList
        .pipe(z.array(z.url({ protocol: /^https?$/ })))
        .optional()
        .describe('addresses separated by commas, such as http://user:password@proxy.example:8000'),
    APIFY_PROXY_PASSWORD: z
        .string()
        .optional()
        .describe('the password of Apify Proxy, which APIFY_PROXY_GROUPS and APIFY_PROXY_COUNTRY need'),
    APIFY_PROXY_GROUPS: textList
        .pipe(z.array(z.string().regex(/^[\w~.]+$/)))
        .optional()
        .describe('groups of Apify Proxy separated by commas, such as RESIDENTIAL'),
    APIFY_PROXY_COUNTRY: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[A-Z]{2}$/)
        .optional()
        .describe('a country of two letters, such as US'),
    APIFY_PROXY_HOSTNAME: z
        .string()
        .regex(/^[\w.-]+$/)
        .default('proxy.apify.com')
        .describe('a host such as proxy.apify.com'),
    APIFY_PROXY_PORT: wholeNumber(1, 65_535).default(8000).describe('a port from 1 to 65535'),
};

/** Where the accounts are. */
const accountsSettings = {
    /** Validated where the accounts are opened. */
    DATABASE_URL: z.string().optional(),
    DATABASE_POOL_SIZE: wholeNumber(1, 200).default(10).describe('a whole number of connections from 1 to 200'),
    ACCOUNTS_DIR: z.string().min(1).default('storage/accounts'),
};

const settings = {
    ...commonSettings,
    ...accountsSettings,
    ...proxySettings,
    SOURCES: sourceList<ApiSourceName>(['public-page', ...liveProviders])
        .prefault('public-page')
        .describe(
            `one or more of public-page, ${liveProviders.join(', ')}, separated by commas; test keys always use the sandbox`,
        ),
    /** Lookups with the operator's keys per day (UTC), for all processes that share the accounts. */
    PROVIDER_LOOKUPS_PER_DAY: wholeNumber(0, 2 ** 31 - 1)
        .default(1000)
        .describe('a whole number from 0'),
    PROVIDER_LOOKUPS_PER_TENANT_PER_DAY: wholeNumber(0, 2 ** 31 - 1)
        .default(100)
        .describe('a whole number from 0'),
    /** For all accounts together; each account has its own rate as well. */
    SOURCE_MAX_REQUESTS_PER_SECOND: z
        .string()
        .regex(/^\d+(?:\.\d+)?$/)
        .transform(Number)
        .pipe(z.number().min(0.1).max(500))
        .optional()
        .describe('a number from 0.1 to 500'),
    HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on, such as 127.0.0.1'),
    PORT: wholeNumber(0, 65_535).default(8080).describe('a port from 0 to 65535'),
    METRICS_PORT: wholeNumber(0, 65_535).optional().describe('a port from 0 to 65535'),
    KEEP_ALIVE_SECS: wholeNumber(1, 3600).default(75).describe('a whole number of seconds from 1 to 3600'),
    MAX_REQUESTS_IN_FLIGHT: wholeNumber(1).default(500).describe('a whole number from 1'),
};

const apiConfigSchema = z.object(settings).superRefine((env, context) => {
    const miss = (name: keyof typeof settings) => context.addIssue({ code: 'custom', path: [name] });
    const hasProxyChoice = env.APIFY_PROXY_GROUPS !== undefined || env.APIFY_PROXY_COUNTRY !== undefined;
    if (hasProxyChoice && env.APIFY_PROXY_PASSWORD === undefined) miss('APIFY_PROXY_PASSWORD');
    // A key whose provider is not in SOURCES is allowed.
    for (const provider of liveProviders) {
        const { key } = providerVariables[provider];
        if (env.SOURCES.includes(provider) && env[key] === undefined) miss(key);
    }
});

/** The configuration of the API server. */
export type ApiConfig = ReturnType<typeof readApiConfig>;

/** Reads the environment of the API; throws an error with one sentence for an invalid variable. */
export function readApiConfig(environment: Record<string, string | undefined> = process.env) {
    const env = parseEnvironment(apiConfigSchema, environment);
    return {
        ...readCommon(env),
        sources: env.SOURCES,
        lookupLimits: {
            perDay: env.PROVIDER_LOOKUPS_PER_DAY,
            perTenantAndDay: env.PROVIDER_LOOKUPS_PER_TENANT_PER_DAY,
        },
        host: env.HOST,
        port: env.PORT,
        accountsHome: locateAccounts(env),
        /** Null to fetch pages from this machine's own address. */
        proxy: readProxySetting(env),
        /** Null for no limit beyond the rates of the accounts. */
        sourceMaxRequestsPerSecond: env.SOURCE_MAX_REQUESTS_PER_SECOND ?? null,
        maxRequestsInFlight: env.MAX_REQUESTS_IN_FLIGHT,
        /** Null to serve no metrics. */
        metricsPort: env.METRICS_PORT ?? null,
        keepAliveMs: env.KEEP_ALIVE_SECS * 1000,
    };
}

/** Reads the location of the accounts, without validating the other settings. */
export function readAccountsHome(environment: Record<string, string | undefined> = process.env): AccountsHome {
    return locateAccounts(parseEnvironment(z.object(accountsSettings), environment));
}

function locateAccounts(env: z.infer<z.ZodObject<typeof accountsSettings>>): AccountsHome {
    if (env.DATABASE_URL === undefined) return { folder: resolve(env.ACCOUNTS_DIR) };
    return { databaseUrl: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE };
}

/** PROXY_URLS takes precedence over Apify Proxy. */
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
