/**
 * Normalises a proxy URL: encodes user name and password; null for other text than an http or https proxy. Providers
 * issue passwords with `%`, `#`, `/` or `@`, which would otherwise be parsed as parts of the URL. Existing encoding is
 * kept.
 */
export function normalizeProxyUrl(text: string): string | null {
    // The last @ ends the credentials.
    const [, scheme = '', credentials, host] = /^(https?:\/\/)(?:(.*)@)?([^@/?#\\\s]+)\/?$/is.exec(text.trim()) ?? [];
    if (host === undefined) return null;
    const address = `${scheme}${encodeCredentials(credentials)}${host}`;
    return URL.canParse(address) ? new URL(address).href : null;
}

function encodeCredentials(credentials: string | undefined): string {
    if (credentials === undefined) return '';
    const [user = '', ...password] = credentials.split(':');
    return `${encodePart(user)}:${encodePart(password.join(':'))}@`;
}

function encodePart(text: string): string {
    try {
        // A per cent sign that starts no escape sequence is literal.
        return encodeURIComponent(decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25')));
    } catch {
        return encodeURIComponent(text);
    }
}
