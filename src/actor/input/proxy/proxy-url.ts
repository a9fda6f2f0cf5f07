/**
 * A proxy's address with user name and password encoded as a URL wants them, or null when the text is no http or https
 * proxy. Providers hand out passwords that hold `%`, `#`, `/` or `@`; pasted into an address they would be taken for
 * parts of it, or for half a code. What is encoded already stays what it is.
 */
export function normalizeProxyUrl(text: string): string | null {
    // The last @ ends the credentials, whatever stands before it.
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
        // A per cent sign that begins no code stands for itself.
        return encodeURIComponent(decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25')));
    } catch {
        return encodeURIComponent(text);
    }
}
