import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import { InputError } from '../input-error.ts';
import { createGuardedLookup, isHostForbidden, isPrivateAddress } from './private-address.ts';
import type { SourcePlan } from './sources.ts';

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
    if (await isHostForbidden(new URL(baseUrl), isPrivateAddress)) {
        throw new InputError(
            'private_address',
            'The address in `apiBaseUrl` is private, which runs on Apify do not use. Give the public address of the API.',
        );
    }
    return { baseUrl, apiKey, lookup: createGuardedLookup(isPrivateAddress) };
}
