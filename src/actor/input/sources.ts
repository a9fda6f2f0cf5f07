import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import type { Mode, SourceName } from '../../enrichment/result/result.ts';
import { InputError } from '../input-error.ts';
import { createGuardedLookup, isHostPrivate } from './private-address.ts';

/** The sources of live runs, in the order of the form. */
export const liveSources = ['public-page', 'enrichment-api', 'ai-ark', 'enrich-layer', 'people-data-labs'] as const;
/** The sources of test runs. */
export const testSources = ['sandbox', 'sandbox-provider'] as const;

/** The input field for a caller's own provider key, and the provider's name. */
export const providerKeys = {
    'ai-ark': { field: 'aiArkApiKey', name: 'AI Ark' },
    'enrich-layer': { field: 'enrichLayerApiKey', name: 'Enrich Layer' },
    'people-data-labs': { field: 'peopleDataLabsApiKey', name: 'People Data Labs' },
} as const;
type Provider = keyof typeof providerKeys;

/** A provider key, and the input field or environment variable it came from. */
export type ProviderKey = { value: string; name: string };

export type SourcesInput = {
    mode: Mode;
    sources?: readonly string[] | undefined;
    /** The former field for a single source. */
    source?: string | undefined;
    maxProviderLookups?: number | undefined;
} & Partial<Record<(typeof providerKeys)[Provider]['field'], string | undefined>>;

/** The operator's defaults. */
export type SourceDefaults = {
    sources: readonly SourceName[];
    keys: Partial<Record<SourceName, ProviderKey>>;
};

export type SourcePlan = {
    names: readonly SourceName[];
    keys: Partial<Record<SourceName, ProviderKey>>;
    /** The most lookups at all providers together; null without a limit. */
    maxLookups: number | null;
};

/**
 * Determines the sources of a run, their order and keys. Throws `InputError` for a source of the other mode, a provider
 * without a key, a key without its provider, and a caller's own key without a lookup limit.
 */
export function planSources(input: SourcesInput, defaults: SourceDefaults): SourcePlan {
    const isTest = input.mode === 'test';
    const alias = input.source === undefined ? defaults.sources : [input.source];
    const names = input.sources ?? (isTest ? ['sandbox'] : alias);
    const stray = names.find((name) => (testSources as readonly string[]).includes(name) !== isTest);
    if (stray !== undefined) {
        const message = isTest
            ? `The source \`${stray}\` is not available in test mode. Choose among ${testSources.join(', ')}, or set \`mode\` to \`live\`.`
            : `The source \`${stray}\` is for test mode. Set \`mode\` to \`test\`, or choose among ${liveSources.join(', ')}.`;
        throw new InputError('invalid_sources', message);
    }
    return {
        names: [...new Set(names)] as SourceName[],
        keys: isTest ? {} : takeKeys(input, names, defaults),
        maxLookups: input.maxProviderLookups ?? null,
    };
}

function takeKeys(input: SourcesInput, names: readonly string[], defaults: SourceDefaults): SourcePlan['keys'] {
    const keys: SourcePlan['keys'] = {};
    let hasOwnKey = false;
    for (const provider of Object.keys(providerKeys) as Provider[]) {
        const { field, name } = providerKeys[provider];
        const own = input[field];
        if (!names.includes(provider)) {
            if (own === undefined) continue;
            throw new InputError(
                'key_without_provider',
                `\`${field}\` is given, but \`sources\` does not name \`${provider}\`. Add it to \`sources\`, or remove the key.`,
            );
        }
        // The operator pays for keys in the environment; naming the provider in the default sources makes them
        // available to callers.
        const operators = defaults.sources.includes(provider) ? defaults.keys[provider] : undefined;
        const key = own === undefined ? operators : { value: own, name: field };
        if (key === undefined) {
            throw new InputError(
                'missing_provider_key',
                `The source \`${provider}\` needs a key of ${name}. Set \`${field}\` and run again.`,
            );
        }
        keys[provider] = key;
        hasOwnKey ||= own !== undefined;
    }
    if (hasOwnKey && input.maxProviderLookups === undefined) {
        throw new InputError(
            'missing_lookup_limit',
            'With your own provider key, set `maxProviderLookups` to the number of lookups it may be used for.',
        );
    }
    return keys;
}

/**
 * A base URL for paths. With credentials, `?` or `#`, requests would go elsewhere, or fail with the password in the
 * error.
 */
export const baseUrlSchema = z
    .string()
    .trim()
    .refine((address) => {
        if (!URL.canParse(address) || /[?#]/.test(address)) return false;
        const { protocol, username, password } = new URL(address);
        return /^https?:$/.test(protocol) && username === '' && password === '';
    });

/** Address and key of an enrichment API. */
export type ApiAccess = {
    baseUrl: string;
    apiKey: string;
    /** DNS lookup; Node's own by default. */
    lookup?: LookupFunction;
};

/**
 * The API of the run, from the input or the environment. Null without the source `enrichment-api`. Throws `InputError`
 * when address or key is missing, and on the platform when the input's address is private, since it would be inside
 * Apify's network.
 */
export async function resolveApi(
    input: { apiBaseUrl?: string | undefined; apiKey?: string | undefined },
    { names }: Pick<SourcePlan, 'names'>,
    { defaults, isAtHome }: { defaults: Partial<Pick<ApiAccess, 'baseUrl' | 'apiKey'>>; isAtHome: boolean },
): Promise<ApiAccess | null> {
    if (!names.includes('enrichment-api')) return null;
    const baseUrl = input.apiBaseUrl ?? defaults.baseUrl;
    const apiKey = input.apiKey ?? defaults.apiKey;
    if (baseUrl === undefined) {
        throw new InputError(
            'missing_api_address',
            'The source `enrichment-api` needs the address of the API. Set `apiBaseUrl` and run again.',
        );
    }
    if (apiKey === undefined) {
        throw new InputError(
            'missing_api_key',
            'The source `enrichment-api` needs an API key. Set `apiKey` and run again.',
        );
    }
    if (!isAtHome || input.apiBaseUrl === undefined) return { baseUrl, apiKey };
    if (await isHostPrivate(new URL(baseUrl))) {
        throw new InputError(
            'private_address',
            'The address in `apiBaseUrl` is private, which runs on Apify do not use. Give the public address of the API.',
        );
    }
    return { baseUrl, apiKey, lookup: createGuardedLookup() };
}
