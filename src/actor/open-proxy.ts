import * as z from 'zod';
import { InputError } from './input-error.ts';
import { booleanSchema, isNotGiven } from './input/field-values.ts';
import { normalizeProxyUrl } from './input/proxy-url.ts';

/** Hands out proxy URLs; Apify's and Crawlee's proxy configuration both do. */
export type Proxy = { newUrl(sessionId?: string): Promise<string | undefined> };

const textListSchema = z.array(z.string().trim()).transform((texts) => texts.filter((text) => text !== ''));

/** What Apify's proxy editor writes, and what Crawlee understands of it. */
const proxySettingsSchema = z.strictObject({
    useApifyProxy: booleanSchema.optional(),
    apifyProxyGroups: textListSchema.optional(),
    apifyProxyCountry: z.string().trim().toUpperCase().optional(),
    proxyUrls: textListSchema.pipe(z.array(z.string().transform(normalizeProxyUrl).pipe(z.string()))).optional(),
});

/**
 * The proxy that the settings ask for, or null when they ask for none. Throws `InputError` when they cannot be used: a
 * request that was meant to go through a proxy never goes without.
 */
export async function openProxy(
    settings: object | undefined,
    platform: { createProxy: (options: object) => Promise<Proxy | undefined>; hasApifyProxy: boolean },
): Promise<Proxy | null> {
    if (settings === undefined || Object.keys(settings).length === 0) return null;
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => !isNotGiven(value)));
    const parsing = proxySettingsSchema.safeParse(given);
    if (!parsing.success) {
        throw new InputError(
            'invalid_proxy',
            'The proxy cannot be used: `proxyConfiguration` takes what Apify’s proxy editor writes, with `proxyUrls` that begin with http:// or https://.',
        );
    }
    const { useApifyProxy, proxyUrls } = parsing.data;
    if (!useApifyProxy && (proxyUrls ?? []).length === 0) return null;
    if (useApifyProxy && !platform.hasApifyProxy) {
        throw new InputError(
            'invalid_proxy',
            'Apify Proxy needs your Apify account here: set APIFY_TOKEN (or log in with `apify login`), or give `proxyUrls` of your own.',
        );
    }
    try {
        return (await platform.createProxy(parsing.data)) ?? null;
    } catch (error) {
        throw new InputError(
            'invalid_proxy',
            'The proxy cannot be used. Check `proxyConfiguration`: its URLs or groups, and that your account may use them.',
            { cause: error },
        );
    }
}
