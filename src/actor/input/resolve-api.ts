import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import { InputError } from '../input-error.ts';
import { createGuardedLookup, isHostForbidden, isPrivateAddress } from './private-address.ts';
import type { SourcePlan } from './sources.ts';

/**
 * An address that paths are appended to: with a user or password in it, a `?` or a `#`, requests would go somewhere else
 * or fail with the password in their error.
 */
export const baseUrlSchema = z
    .string()
    .trim()
    .refine((address) => {
        if (!URL.canParse(address) || /[?#]/.test(address)) return false;
        const { protocol, username, password } = new URL(address);
        return /^https?:$/.test(protocol) && username === '' && password === '';
    });

/** The deployment of the HTTP API that a run asks. */
export type ApiAccess = {
    baseUrl: string;
    apiKey: string;
    /** How its name is looked up; as Node does unless given. */
    lookup?: LookupFunction;
};

/**
 * Which API the run asks, from the input and, where that says nothing, from the environment. Null when it asks none.
 * Throws `InputError` when the address or the key is missing, and on the platform when the input's address is a private
 * one: what the input names is asked from inside of Apify's network.
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
            'The source `enrichment-api` needs to know where the API is. Set `apiBaseUrl` and run again.',
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
            'The address in `apiBaseUrl` is a private one, which a run on Apify does not ask. Give the address by which the API is reached from the internet.',
        );
    }
    return { baseUrl, apiKey, lookup: createGuardedLookup(isPrivateAddress) };
}
