import { cleanLine, dropInvisible } from './clean-line.ts';
import { otherPages, reasons } from './profile-url-reasons.ts';

/** A profile, by the name it has in its address. */
export type ProfileUrl = {
    /** NFC, percent-decoded, lower-cased: two spellings of one profile have one handle. */
    handle: string;
    /** `https://www.linkedin.com/in/<handle>/`, percent-encoded. */
    canonicalUrl: string;
};

/** `reason` is one sentence for the user: what the line is, and what to give instead. */
export type ProfileUrlParsing = { ok: true; profileUrl: ProfileUrl } | { ok: false; reason: string };

const maxHandleLength = 100;
const maxLineLength = 2000;
/** Longer than any address of a profile, and short enough that what looks at it costs nothing. */
const maxStrictLength = 2048;

/** An encoded member id, whole or cut off; or a whole one that a program has put into lower case. */
const memberId = /^AC[ow]AA[\w-]*$|^ac[ow]aa[\w-]{34}$/;

/** Words that are never taken for a bare handle. In an address (`/in/url/`) they are. */
const notHandles = new Set(
    (
        'url urls link links name names profile profiles handle handles linkedin linkedin_url profile_url company title ' +
        'email null undefined none nil nan true false unknown http https www pub mwlite comm'
    ).split(' '),
);

/** Paths under which a profile's address goes on with `/in/<handle>`. */
const prefixes = new Set(['mwlite', 'comm', 'public-profile', 'profile', 'm']);

/** The canonical address of a normalised handle. */
export function buildCanonicalUrl(handle: string): string {
    return `https://www.linkedin.com/in/${encodeURIComponent(handle)}/`;
}

/**
 * Reads one line as a profile URL, forgiving in form: any scheme or none, country and mobile hosts, quotes and
 * brackets around it, a locale or page after the handle, old `/pub/` addresses, a bare handle.
 */
export function parseProfileUrl(line: string): ProfileUrlParsing {
    if (line.length > maxLineLength) return reject('tooLong');
    const text = cleanLine(line);
    if (text === '') return reject('empty');
    if (isBareHandle(text)) return isNoHandle(text) ? reject('notAHandle') : acceptHandle(text);

    const parts = /^([^/?#\\]*)([^?#]*)(.*)/su.exec(stripScheme(text));
    if (!parts) return reject('notAUrl');
    const [, authority = '', path = '', rest = ''] = parts;
    if (/\s/.test(authority) || !authority.includes('.')) return reject('notAUrl');
    const host = authority.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase().replace(/\.$/, '');
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(host)) return reject('otherHost');
    if (authority.includes('@') || authority.includes(':')) return reject('credentials');
    return parsePath(path, rest);
}

/** The address from its host on, without its scheme, be that half there. `in/name` and `linkedin://in/name` get the host. */
function stripScheme(text: string): string {
    const [prefix = '', scheme = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/|https?:)?\/*/i.exec(text) ?? [];
    const address = text.slice(prefix.length);
    const isPath = prefix.includes(':')
        ? /^linkedin$/i.test(scheme) && !/^[^/]*\./.test(address)
        : /^(?:(?:mwlite|comm)\/)?(?:in|pub)\//i.test(address);
    return isPath ? `www.linkedin.com/${address}` : address;
}

/** The API's strict form: exactly `https://www.linkedin.com/in/<handle>`, with or without the last slash. */
export function parseStrictProfileUrl(url: string): ProfileUrlParsing {
    if (url.length > maxStrictLength) return reject('strict');
    const match = /^https:\/\/www\.linkedin\.com\/in\/([^/?#\s\\]+)\/?$/u.exec(url);
    return match?.[1] === undefined ? reject('strict') : acceptHandle(match[1]);
}

function parsePath(path: string, rest: string): ProfileUrlParsing {
    const segments = path.split('/').filter((segment) => segment !== '');
    if (/^\/*profile\/view\/*$/i.test(path) && /[?&]id=/i.test(rest)) return reject('memberId');
    while (segments.length > 1 && prefixes.has(segments[0]?.toLowerCase() ?? '')) segments.shift();
    const [kind = '', ...names] = segments;
    const word = kind.toLowerCase();
    // Parameters of a server, and of a mail whose `?` got lost, come behind the name.
    if (word === 'in')
        return names[0] === undefined ? reject('noHandle') : acceptHandle(names[0].replace(/[;&].*$/s, ''));
    if (word === 'pub') return parseOldPath(names);
    return reject(Object.hasOwn(otherPages, word) ? (otherPages[word] ?? 'notAProfile') : 'notAProfile');
}

/** `/pub/first-last/a/b/c` is `/in/first-last-cccbbba`: the numbers turned round, padded to three but for the first. */
function parseOldPath([name, a, b, c]: string[]): ProfileUrlParsing {
    if (name === undefined) return reject('noHandle');
    if (name.toLowerCase() === 'dir') return reject('directory');
    if (a === undefined) return acceptHandle(name);
    // Cut off, the address would be that of whoever has the plain name.
    if (b === undefined || c === undefined) return reject('oldPath');
    if (![a, b, c].every((part) => /^[0-9a-z]{1,3}$/i.test(part))) return reject('oldPath');
    return acceptHandle(`${name}-${c.padStart(3, '0')}${b.padStart(3, '0')}${a}`);
}

function acceptHandle(raw: string): ProfileUrlParsing {
    const decoded = decodePercent(raw);
    if (decoded === null) return reject('badHandle');
    const visible = dropInvisible(decoded).trim();
    // Lower-casing can break composed letters up again, hence the second normalisation.
    const handle = visible.normalize('NFC').toLowerCase().normalize('NFC');
    if (handle === '') return reject('noHandle');
    if (memberId.test(visible)) return reject('memberId');
    const isTooLong = Array.from(handle).length > maxHandleLength;
    if (isTooLong || /[\s/\\?#<>"@%;&=*:|^`{}[\]\p{Cc}\p{Cs}]/u.test(handle)) return reject('badHandle');
    if (!/[\p{L}\p{N}\p{S}]/u.test(handle)) return reject('badHandle');
    return { ok: true, profileUrl: { handle, canonicalUrl: buildCanonicalUrl(handle) } };
}

/** Undoes percent-encoding, also when it was applied twice. Null when it is broken. */
function decodePercent(text: string): string | null {
    let decoded = text;
    try {
        for (let round = 0; round < 3 && /%[0-9a-f]{2}/i.test(decoded); round += 1)
            decoded = decodeURIComponent(decoded);
    } catch {
        return null;
    }
    return decoded;
}

/**
 * Letters, digits, emoji and what joins them, hyphens: no dot and no slash that would make an address of it. One class
 * and no alternatives: `ℹ` is a letter and an emoji, and two ways to match it would take exponential time.
 */
const bareHandle =
    /^(?=[\p{L}\p{M}\p{N}\p{S}])[\u200D\u200C\p{L}\p{M}\p{N}_\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}-]{3,}$/u;

function isBareHandle(text: string): boolean {
    const decoded = decodePercent(text);
    return decoded !== null && bareHandle.test(decoded);
}

/** What stands in lists for no profile, or above them; a number is somebody's id in somebody's table. */
function isNoHandle(text: string): boolean {
    return notHandles.has(text.toLowerCase()) || /^\p{N}+$/u.test(text);
}

function reject(reason: keyof typeof reasons): ProfileUrlParsing {
    return { ok: false, reason: reasons[reason] };
}
