/** Sites that redirect to the URL in a parameter: search results, mail filters, chats. */
const redirectors: ReadonlyArray<{ host: RegExp; path: RegExp; parameters: readonly string[] }> = [
    { host: /^(?:www\.)?google(?:\.[a-z]{2,3}){1,2}$/, path: /^\/url$/, parameters: ['q', 'url'] },
    { host: /\.safelinks\.protection\.outlook\.com$/, path: /^\//, parameters: ['url'] },
    { host: /^lm?\.facebook\.com$/, path: /^\/l\.php$/, parameters: ['u'] },
    { host: /^(?:www\.)?slack-redir\.net$/, path: /^\/link$/, parameters: ['url'] },
    { host: /^(?:www\.)?duckduckgo\.com$/, path: /^\/l\/?$/, parameters: ['uddg'] },
    {
        // LinkedIn's own: the sign-in wall and forms, and the warning page for links in messages.
        host: /(?:^|\.)linkedin\.(?:com|cn)$/,
        path: /^\/(?:m\/)?(?:authwall|login|uas\/|checkpoint\/|signup|start\/join|reg\/join|safety\/go|redir\/)/i,
        parameters: ['session_redirect', 'sessionRedirect', 'url'],
    },
];

/**
 * The target of a redirecting link, decoded: absolute, or a path on the same site that starts with `/`. Null for every
 * other link. Makes no request, so short links are not resolved.
 */
export function findRedirectTarget(host: string, path: string, query: string): string | null {
    const redirector = redirectors.find((one) => one.host.test(host) && one.path.test(path));
    if (!redirector) return null;
    const parameters = new URLSearchParams(query.replace(/#.*$/s, '').replaceAll('&amp;', '&'));
    for (const name of redirector.parameters) {
        const target = parameters.get(name)?.trim();
        if (target) return decodeAddress(target);
    }
    return null;
}

/** Decodes a URL whose `:` or first `/` is percent-encoded, as some forms and e-mails do. */
export function decodeAddress(address: string): string {
    if (!/^[^/?#]*%(?:2f|3a)/i.test(address)) return address;
    try {
        return decodeURIComponent(address);
    } catch {
        return address;
    }
}
