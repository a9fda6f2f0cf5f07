import type { ActorInput } from './input.ts';
import { InputError } from '../input-error.ts';
import type { SourcePlan } from './sources.ts';

/** The deployment of the HTTP API that a run asks. */
export type ApiAccess = { baseUrl: string; apiKey: string };

/**
 * Which API the run asks, from the input and, where that says nothing, from the environment. Null when it asks none.
 * Throws `InputError` when the address or the key is missing.
 */
export function resolveApi(
    input: Pick<ActorInput, 'apiBaseUrl' | 'apiKey'>,
    { names }: Pick<SourcePlan, 'names'>,
    defaults: Partial<ApiAccess>,
): ApiAccess | null {
    if (!names.includes('enrichment-api')) return null;
    const baseUrl = input.apiBaseUrl ?? defaults.baseUrl;
    const apiKey = input.apiKey ?? defaults.apiKey;
    if (baseUrl === undefined) {
        throw new InputError(
            'missing_api_address',
            'The source `enrichment-api` needs to know where the API is. Set `apiBaseUrl` and run again.',
        );
    }
    if (apiKey === undefined) {
        throw new InputError(
            'missing_api_key',
            'The source `enrichment-api` needs an API key. Set `apiKey` and run again.',
        );
    }
    return { baseUrl, apiKey };
}
