/**
 * Invisible characters that are never part of a handle. Joiners and bidi marks are not among them: emoji and
 * right-to-left names need them.
 */
const invisible = /[\u00AD\u200B\u2060\uFEFF]/g;

/** A format character, except the tags that end the flags of England, Scotland and Wales. */
const format = String.raw`(?![\u{E0020}-\u{E007F}])\p{Cf}`;
const formatAtEnd = new RegExp(`^${format}$`, 'u');
const wrapAtStart = new RegExp(`^(?:[\\s"'“”‘’«»<>([{\`]|${format})$`, 'u');
const wrapAtEnd = new RegExp(`^(?:[\\s"'“”‘’«»<>)\\]},;.\`]|${format})$`, 'u');

/** Removes invisible characters anywhere, and joiners and bidi marks at both ends. */
export function dropInvisible(text: string): string {
    return stripEnds(text, formatAtEnd, formatAtEnd);
}

/**
 * Removes what is copied along with a URL: spaces, quotes, brackets, a full stop, a list marker (`- `, `1. `), the text
 * of a Markdown link. Two or more dots stay: they mean that the line was cut off.
 */
export function cleanLine(line: string): string {
    const plain = unwrap(line.replace(/^\s*(?:[-*+•·–—]|\d{1,4}[.)])\s+/, ''));
    return unwrap(plain.replace(/^[^\]]*\]\((?=\S*$)/, ''));
}

function unwrap(text: string): string {
    return stripEnds(text, wrapAtStart, wrapAtEnd);
}

/** Tests one character at a time: a pattern such as `(?:…)+$` takes time quadratic in the length of the text. */
function stripEnds(text: string, atStart: RegExp, atEnd: RegExp): string {
    const characters = Array.from(text.replace(invisible, ''));
    let start = 0;
    let end = characters.length;
    while (start < end && atStart.test(characters[start] ?? '')) start += 1;
    while (end > start && atEnd.test(characters[end - 1] ?? '') && !isEllipsis(characters, end)) end -= 1;
    return characters.slice(start, end).join('');
}

function isEllipsis(characters: readonly string[], end: number): boolean {
    return characters[end - 1] === '.' && characters[end - 2] === '.';
}

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
