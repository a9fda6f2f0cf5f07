import type { Mode, SourceName } from '../../enrichment/result/result.ts';
import { InputError } from '../input-error.ts';

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
export type Provider = keyof typeof providerKeys;

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
    if (input.mode === 'test') return planTestSources(input.sources, input.maxProviderLookups);
    const alias = input.source === undefined ? undefined : [input.source];
    const names = (input.sources ?? alias ?? defaults.sources) as readonly SourceName[];
    const stray = names.find((name) => (testSources as readonly string[]).includes(name));
    if (stray !== undefined) {
        throw new InputError(
            'invalid_sources',
            `The source \`${stray}\` is for test mode. Set \`mode\` to \`test\`, or choose among ${liveSources.join(', ')}.`,
        );
    }
    const keys: SourcePlan['keys'] = {};
    let hasOwnKey = false;
    for (const [provider, { field, name }] of Object.entries(providerKeys) as Array<
        [Provider, (typeof providerKeys)[Provider]]
    >) {
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
    return { names: [...new Set(names)], keys, maxLookups: input.maxProviderLookups ?? null };
}

function planTestSources(given: readonly string[] | undefined, maxLookups: number | undefined): SourcePlan {
    const names = given ?? ['sandbox'];
    const stray = names.find((name) => !(testSources as readonly string[]).includes(name));
    if (stray !== undefined) {
        throw new InputError(
            'invalid_sources',
            `The source \`${stray}\` is not available in test mode. Choose among ${testSources.join(', ')}, or set \`mode\` to \`live\`.`,
        );
    }
    return { names: [...new Set(names)] as SourceName[], keys: {}, maxLookups: maxLookups ?? null };
}
