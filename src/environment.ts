import * as z from 'zod';
import { baseUrlSchema, type ProviderKey } from './actor/input/sources.ts';
import type { SourceName } from './enrichment/result/result.ts';
import type { HttpClientName } from './sources/public-page/http/http-client.ts';

/** A variable with a whole number. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
    return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
}

/** A variable with strings separated by commas, trimmed. */
export const textList = z.string().transform((text) =>
    text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
);

/** A variable with source names in order, without duplicates. */
export function sourceList<Name extends SourceName>(names: readonly Name[]) {
    return textList.pipe(z.array(z.enum(names)).min(1)).transform((list) => [...new Set(list)]);
}

/** Keys are sent there, so TLS is required, except for a test server on this machine. */
const providerOrigin = baseUrlSchema.refine((address) => {
    if (!URL.canParse(address)) return false;
    const { protocol, hostname } = new URL(address);
    return protocol === 'https:' || /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
});

const atProvider = (address: string) => `an https address such as ${address}; http only to this machine`;

/**
 * Settings shared by the Actor and the API. Each row is a setting: its environment variable, its schema, and the
 * description used in error messages.
 */
export const commonSettings = {
    /** Where public pages are fetched from; tests and benches point it at a local server. */
    PUBLIC_PAGE_ORIGIN: baseUrlSchema
        .default('https://www.linkedin.com')
        .describe('an address such as https://www.linkedin.com'),
    /** The HTTP client for public pages: Node's own, got-scraping, or Apify's impit. */
    HTTP_CLIENT: z
        .enum(['node', 'got-scraping', 'impit'] satisfies HttpClientName[])
        .default('node')
        .describe('`node`, `got-scraping` or `impit`'),
    /** The operator's keys of upstream providers. */
    AI_ARK_API_KEY: z.string().optional().describe('a key of AI Ark, which SOURCES names'),
    ENRICH_LAYER_API_KEY: z.string().optional().describe('a key of Enrich Layer, which SOURCES names'),
    PDL_API_KEY: z.string().optional().describe('a key of People Data Labs, which SOURCES names'),
    /** Override the providers' own origins; tests point them at a local server. */
    AI_ARK_ORIGIN: providerOrigin.optional().describe(atProvider('https://api.ai-ark.com')),
    ENRICH_LAYER_ORIGIN: providerOrigin.optional().describe(atProvider('https://enrichlayer.com')),
    PDL_ORIGIN: providerOrigin.optional().describe(atProvider('https://api.peopledatalabs.com')),
};

/** The variables of each provider, by source name. */
export const providerVariables = {
    'ai-ark': { key: 'AI_ARK_API_KEY', origin: 'AI_ARK_ORIGIN' },
    'enrich-layer': { key: 'ENRICH_LAYER_API_KEY', origin: 'ENRICH_LAYER_ORIGIN' },
    'people-data-labs': { key: 'PDL_API_KEY', origin: 'PDL_ORIGIN' },
} as const;
export type ProviderName = keyof typeof providerVariables;
export const liveProviders = Object.keys(providerVariables) as ProviderName[];

/** Keys and origins are by source name, without the providers that have none. */
export function readCommon(env: z.infer<z.ZodObject<typeof commonSettings>>) {
    const providerOrigins: Partial<Record<ProviderName, string>> = {};
    const providerKeys: Partial<Record<SourceName, ProviderKey>> = {};
    for (const provider of liveProviders) {
        const { key: name, origin } = providerVariables[provider];
        if (env[origin] !== undefined) providerOrigins[provider] = dropLastSlashes(env[origin]);
        if (env[name] !== undefined) providerKeys[provider] = { value: env[name], name };
    }
    const publicPageOrigin = dropLastSlashes(env.PUBLIC_PAGE_ORIGIN);
    return { publicPageOrigin, httpClient: env.HTTP_CLIENT, providerOrigins, providerKeys };
}
export type CommonConfig = ReturnType<typeof readCommon>;

/** An empty variable counts as unset. Throws an error with one sentence for an invalid one. */
export function parseEnvironment<Shape extends z.ZodRawShape>(
    schema: z.ZodObject<Shape>,
    environment: Record<string, string | undefined>,
): z.infer<z.ZodObject<Shape>> {
    const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    const parsing = schema.safeParse(given);
    if (parsing.success) return parsing.data;
    const name = String(parsing.error.issues[0]?.path[0]);
    const takes = (schema.shape[name] as z.ZodType | undefined)?.description ?? 'something else';
    throw new Error(`The environment variable ${name} takes ${takes}.`);
}

function dropLastSlashes(address: string): string {
    return address.replace(/\/+$/, '');
}
