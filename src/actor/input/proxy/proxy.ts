import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import { InputError } from '../../input-error.ts';
import { booleanSchema, isNotGiven } from '../lists/json/field-values.ts';
import { createGuardedLookup, isHostForbidden, isPrivateAddress } from '../private-address.ts';
import { normalizeProxyUrl } from './proxy-url.ts';
import { quoteInput } from '../quote-input.ts';

/** Hands out proxy URLs; Apify's and Crawlee's proxy configuration both do. */
export type Proxy = {
    newUrl(sessionId?: string): Promise<string | undefined>;
    /** How a proxy's name is looked up; as Node does unless given. */
    lookup?: LookupFunction;
};

type ProxyPlatform = {
    /** Throws when the account may not use what is asked for. */
    createProxy: (options: ProxySettings) => Promise<Proxy | undefined>;
    hasApifyProxy: boolean;
    isAtHome: boolean;
};

const textListSchema = z.array(z.string().trim()).transform((texts) => texts.filter((text) => text !== ''));

/** What Apify's proxy editor writes, and what Crawlee understands of it. */
const proxySettingsSchema = z.strictObject({
    useApifyProxy: booleanSchema.optional(),
    apifyProxyGroups: textListSchema.optional(),
    apifyProxyCountry: z.string().trim().toUpperCase().optional(),
    proxyUrls: textListSchema.pipe(z.array(z.string().transform(normalizeProxyUrl).pipe(z.string()))).optional(),
});
type ProxySettings = z.infer<typeof proxySettingsSchema>;

/** The input schema's default: who leaves the field alone has asked for the best there is, not for this group. */
const defaultGroup = 'RESIDENTIAL';

/**
 * The proxy that the settings ask for, or null when they ask for none. For the form's default it is the next best one
 * when that is not to be had, with a sentence in `warnings`. Anything else was chosen: a request that was meant to go
 * through it never goes without, so it throws `InputError` when it cannot be used.
 */
export async function openProxy(
    settings: object | undefined,
    platform: ProxyPlatform,
    warnings: string[],
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
    if (isDefault(parsing.data)) return openBestProxy(platform, warnings);
    if (useApifyProxy && !platform.hasApifyProxy) {
        throw new InputError(
            'invalid_proxy',
            'Apify Proxy needs your Apify account here: set APIFY_TOKEN (or log in with `apify login`), or give `proxyUrls` of your own.',
        );
    }
    const ownUrls = proxyUrls ?? [];
    if (platform.isAtHome) await refusePrivate(ownUrls);
    try {
        const proxy = (await platform.createProxy(parsing.data)) ?? null;
        if (!proxy || !platform.isAtHome || ownUrls.length === 0) return proxy;
        return { newUrl: (sessionId) => proxy.newUrl(sessionId), lookup: createGuardedLookup(isPrivateAddress) };
    } catch (error) {
        throw new InputError(
            'invalid_proxy',
            'The proxy cannot be used. Check `proxyConfiguration`: its URLs or groups, and that your account may use them.',
            { cause: error },
        );
    }
}

/** A run on the platform would ask its network from inside. */
async function refusePrivate(proxyUrls: readonly string[]): Promise<void> {
    const hosts = new Map(proxyUrls.map((address) => [new URL(address).hostname, new URL(address)]));
    for (const proxy of hosts.values()) {
        if (!(await isHostForbidden(proxy, isPrivateAddress))) continue;
        throw new InputError(
            'invalid_proxy',
            `The proxy ${quoteInput(proxy.host)} is on a private address, which a run on Apify does not use. Give the address by which it is reached from the internet.`,
        );
    }
}

function isDefault({ useApifyProxy, apifyProxyGroups, apifyProxyCountry, proxyUrls }: ProxySettings): boolean {
    const [group, ...others] = apifyProxyGroups ?? [];
    const isGroup = group === defaultGroup && others.length === 0;
    return useApifyProxy === true && isGroup && apifyProxyCountry === undefined && (proxyUrls ?? []).length === 0;
}

async function openBestProxy(platform: ProxyPlatform, warnings: string[]): Promise<Proxy | null> {
    const residential = await tryProxy(platform, { useApifyProxy: true, apifyProxyGroups: [defaultGroup] });
    if (residential) return residential;
    const automatic = await tryProxy(platform, { useApifyProxy: true });
    warnings.push(automatic ? automaticWarning : noProxyWarning);
    return automatic;
}

async function tryProxy({ createProxy, hasApifyProxy }: ProxyPlatform, settings: ProxySettings): Promise<Proxy | null> {
    if (!hasApifyProxy) return null;
    return createProxy(settings).then(
        (proxy) => proxy ?? null,
        () => null,
    );
}

const automaticWarning =
    'Apify’s residential proxies are not available to this account, so the requests go through its data centre proxies: LinkedIn may refuse more of them. See “Proxies” in the README.';
const noProxyWarning =
    'No Apify proxy is available here, so the requests come from this machine’s own address: LinkedIn refuses an address after a few profiles, and those of cloud providers at once. Give `proxyUrls` of your own, or set `useApifyProxy` to false in `proxyConfiguration` to be without one on purpose.';
