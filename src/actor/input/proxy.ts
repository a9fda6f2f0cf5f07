import type { LookupFunction } from 'node:net';
import * as z from 'zod';
import { InputError } from '../input-error.ts';
import { booleanSchema, isNotGiven } from './field-values.ts';
import { createGuardedLookup, isHostPrivate } from './private-address.ts';
import { quoteInput } from './quote-input.ts';

/** Provides proxy URLs, as Apify's and Crawlee's proxy configurations do. */
export type Proxy = {
    newUrl(sessionId?: string): Promise<string | undefined>;
    /** DNS lookup of the proxy's name; Node's own by default. */
    lookup?: LookupFunction;
};

type ProxyPlatform = {
    /** Throws when the account may not use the proxy. */
    createProxy: (options: ProxySettings) => Promise<Proxy | undefined>;
    hasApifyProxy: boolean;
    isAtHome: boolean;
};

const textListSchema = z.array(z.string().trim()).transform((texts) => texts.filter((text) => text !== ''));

/** The output of Apify's proxy editor that Crawlee accepts. */
const proxySettingsSchema = z.strictObject({
    useApifyProxy: booleanSchema.optional(),
    apifyProxyGroups: textListSchema.optional(),
    apifyProxyCountry: z.string().trim().toUpperCase().optional(),
    proxyUrls: textListSchema.pipe(z.array(z.string().transform(normalizeProxyUrl).pipe(z.string()))).optional(),
});
type ProxySettings = z.infer<typeof proxySettingsSchema>;

/** The input schema's default: leaving the field alone does not mean a choice of this group. */
const defaultGroup = 'RESIDENTIAL';

/**
 * Opens the proxy of the settings; null when there is none. The form's default falls back to the next best proxy, with
 * a warning. Any other settings were chosen, and requests are never sent without them: throws `InputError` when they
 * cannot be used.
 */
export async function openProxy(
    settings: object | undefined,
    platform: ProxyPlatform,
    warnings: string[],
): Promise<Proxy | null> {
    const given = Object.entries(settings ?? {}).filter(([, value]) => !isNotGiven(value));
    const parsing = proxySettingsSchema.safeParse(Object.fromEntries(given));
    if (!parsing.success) {
        throw new InputError(
            'invalid_proxy',
            'The proxy cannot be used: `proxyConfiguration` takes what Apify’s proxy editor writes, with `proxyUrls` that begin with http:// or https://.',
        );
    }
    const { useApifyProxy, apifyProxyGroups = [], apifyProxyCountry, proxyUrls: ownUrls = [] } = parsing.data;
    if (!useApifyProxy && ownUrls.length === 0) return null;
    const isDefaultGroup = apifyProxyGroups.length === 1 && apifyProxyGroups[0] === defaultGroup;
    if (useApifyProxy && isDefaultGroup && apifyProxyCountry === undefined && ownUrls.length === 0) {
        return openBestProxy(platform, warnings);
    }
    if (useApifyProxy && !platform.hasApifyProxy) {
        throw new InputError(
            'invalid_proxy',
            'Apify Proxy needs an Apify account for local runs: set APIFY_TOKEN (or log in with `apify login`), or give `proxyUrls` of your own.',
        );
    }
    if (platform.isAtHome) await rejectPrivate(ownUrls);
    try {
        const proxy = (await platform.createProxy(parsing.data)) ?? null;
        if (!proxy || !platform.isAtHome || ownUrls.length === 0) return proxy;
        return { newUrl: (sessionId) => proxy.newUrl(sessionId), lookup: createGuardedLookup() };
    } catch (error) {
        throw new InputError(
            'invalid_proxy',
            'The proxy cannot be used. Check `proxyConfiguration`: its URLs or groups, and that your account may use them.',
            { cause: error },
        );
    }
}

/** On the platform, private addresses would be inside Apify's network. */
async function rejectPrivate(proxyUrls: readonly string[]): Promise<void> {
    const proxies = new Map(proxyUrls.map((address) => [new URL(address).hostname, new URL(address)]));
    for (const proxy of proxies.values()) {
        if (!(await isHostPrivate(proxy))) continue;
        throw new InputError(
            'invalid_proxy',
            `The proxy ${quoteInput(proxy.host)} has a private address, which runs on Apify do not use. Give its public address.`,
        );
    }
}

async function openBestProxy({ createProxy, hasApifyProxy }: ProxyPlatform, warnings: string[]): Promise<Proxy | null> {
    const open = async (settings: ProxySettings) =>
        hasApifyProxy ? createProxy(settings).catch(() => undefined) : undefined;
    const residential = await open({ useApifyProxy: true, apifyProxyGroups: [defaultGroup] });
    if (residential) return residential;
    const automatic = await open({ useApifyProxy: true });
    warnings.push(automatic ? automaticWarning : noProxyWarning);
    return automatic ?? null;
}

const automaticWarning =
    'Apify’s residential proxies are not available to this account, so the requests go through its data centre proxies: LinkedIn may refuse more of them. See “Proxies” in the README.';
const noProxyWarning =
    'No Apify proxy is available here, so the requests come from this machine’s own address: LinkedIn refuses an address after a few profiles, and those of cloud providers at once. Give `proxyUrls` of your own, or set `useApifyProxy` to false in `proxyConfiguration` to use no proxy.';

/**
 * Normalises a proxy URL: encodes user name and password; null for other text than an http or https proxy. Providers
 * issue passwords with `%`, `#`, `/` or `@`, which would otherwise be parsed as parts of the URL. Existing encoding is
 * kept.
 */
export function normalizeProxyUrl(text: string): string | null {
    // The last @ ends the credentials.
    const [, scheme = '', credentials, host] = /^(https?:\/\/)(?:(.*)@)?([^@/?#\\\s]+)\/?$/is.exec(text.trim()) ?? [];
    if (host === undefined) return null;
    const [user = '', ...password] = credentials?.split(':') ?? [];
    const login = credentials === undefined ? '' : `${encodePart(user)}:${encodePart(password.join(':'))}@`;
    const address = `${scheme}${login}${host}`;
    return URL.canParse(address) ? new URL(address).href : null;
}

function encodePart(text: string): string {
    try {
        // A per cent sign that starts no escape sequence is literal.
        return encodeURIComponent(decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25')));
    } catch {
        return encodeURIComponent(text);
    }
}
