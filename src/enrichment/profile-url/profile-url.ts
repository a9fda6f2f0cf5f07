import { cleanLine, dropInvisible, decodeAddress, findRedirectTarget } from './unwrap-line.ts';
import { adviseOnRejection, describeRejection, otherPages, type RejectionKind } from './profile-url-reasons.ts';

/** The identity of a profile. */
export type ProfileUrl = {
    /** NFC, percent-decoded, lower-cased: all spellings of one profile have the same handle. */
    handle: string;
    /** `https://www.linkedin.com/in/<handle>/`, percent-encoded. */
    canonicalUrl: string;
};

/** `reason` says what the line is and what to give instead, for users; `kind` is for programs. */
export type ProfileUrlParsing = { ok: true; profileUrl: ProfileUrl } | Rejection;
export type Rejection = { ok: false; kind: RejectionKind; reason: string };

const maxHandleLength = 100;
const minHandleLength = 3;
const maxLineLength = 2000;
/** Longer than any profile URL, and short enough to keep parsing cheap. */
const maxStrictLength = 2048;
/** The most redirecting or nested URLs that are unwrapped. */
const maxUnwrappings = 4;

/** An encoded member id, complete or cut off, or a complete one in lower case. */
const memberId = /^AC[ow]AA[\w-]*$|^ac[ow]aa[\w-]{34}$/;

/** What programs write for a missing value, alone or joined as first and last name; and unfilled templates. */
const placeholder =
    /^(?:none|null|nil|nan|undefined|unavailable)(?:[-_.]?(?:none|null|nil|nan|undefined))*$|^(?:your[-_]?)?user[-_]?name$|^your[-_]?(?:name|profile|handle|vanity|url)$/;

/** Words never accepted as a bare handle. In a URL (`/in/url/`) they are. */
const notHandles = new Set(
    (
        'url urls link links name names profile profiles handle handles linkedin linkedin_url profile_url company title ' +
        'email none nil nan true false unknown tbd tba todo http https www pub mwlite comm'
    ).split(' '),
);

/** Path segments that can precede `/in/<handle>`. */
const prefixes = new Set(['mwlite', 'comm', 'public-profile', 'profile', 'm']);

/** The start of a URL: found after `/in/`, the prefix was written twice. */
const addressStart = /^(?:https?:?|in|pub|(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn))$/i;

/** The canonical URL of a normalised handle. */
export function buildCanonicalUrl(handle: string): string {
    return `https://www.linkedin.com/in/${encodeURIComponent(handle)}/`;
}

/**
 * Parses one line as a profile URL, tolerating any scheme or none, country and mobile hosts, quotes and brackets around
 * it, a locale or page after the handle, old `/pub/` URLs, and redirecting links to a profile. A bare word is rejected:
 * it could be any name.
 */
export function parseProfileUrl(line: string): ProfileUrlParsing {
    if (line.length > maxLineLength) return reject('tooLong');
    const text = cleanLine(line);
    if (text === '') return reject('empty');
    if (isBareHandle(text)) return reject(isNotAHandle(text) ? 'notAHandle' : 'bareWord');
    return parseAddress(decodeAddress(text), maxUnwrappings);
}

/** Parses one line of a list of handles: a bare one, with or without `@`, or a profile URL. */
export function parseHandle(line: string): ProfileUrlParsing {
    const text = line.length > maxLineLength ? '' : cleanLine(line).replace(/^@/, '');
    if (!isBareHandle(text)) return parseProfileUrl(line);
    return isNotAHandle(text) ? reject('notAHandle') : acceptHandle(text);
}

/**
 * Parses the API's strict form: exactly `https://www.linkedin.com/in/<handle>`, with or without a trailing slash. For
 * anything else the reason says what it is, or gives the canonical URL of the profile meant.
 */
export function parseStrictProfileUrl(url: string): ProfileUrlParsing {
    if (url.length > maxStrictLength) return reject('strict');
    const match = /^https:\/\/www\.linkedin\.com\/in\/([^/?#\s\\]+)\/?$/u.exec(url);
    if (match?.[1] !== undefined) return acceptHandle(match[1]);
    const rejection = reject('strict');
    const meant = parseProfileUrl(url);
    if (!meant.ok) return rejectionsOfLines.has(meant.kind) ? rejection : meant;
    return { ...rejection, reason: `${rejection.reason} Use ${meant.profileUrl.canonicalUrl} instead.` };
}

/** Kinds whose reasons are worded for the lines and fields of a list. */
const rejectionsOfLines: ReadonlySet<RejectionKind> = new Set([
    'empty',
    'tooLong',
    'bareWord',
    'several',
    'shiftedRow',
]);

/** A rejection of this kind; `detail` replaces the sentence that says what the line is. */
export function reject(kind: RejectionKind, detail = describeRejection(kind)): Rejection {
    return { ok: false, kind, reason: `${detail} ${adviseOnRejection(kind)}` };
}

function parseAddress(text: string, unwrappingsLeft: number): ProfileUrlParsing {
    const parts = /^([^/?#\\]*)([^?#]*)(.*)/su.exec(stripScheme(text));
    if (!parts) return reject('notAUrl');
    const [, authority = '', path = '', rest = ''] = parts;
    if (/\s/.test(authority) || !authority.includes('.')) return reject('notAUrl');
    const server = authority.replace(/:(?:443|80)?$/, '');
    const host = server.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase().replace(/\.$/, '');
    const target = unwrappingsLeft > 0 ? findRedirectTarget(host, path, rest) : null;
    if (target !== null && server.toLowerCase() === host) {
        return parseAddress(target.startsWith('/') ? `${host}${target}` : target, unwrappingsLeft - 1);
    }
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(host)) {
        return reject(host === 'lnkd.in' ? 'shortLink' : 'otherHost');
    }
    if (server.includes('@') || server.includes(':')) return reject('credentials');
    return parsePath(path, rest, unwrappingsLeft);
}

/**
 * The URL from its host on; the scheme may be incomplete or repeated. The host is added to `in/name` and
 * `linkedin://in/name`.
 */
function stripScheme(text: string): string {
    const [prefix = '', scheme = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/|https?:|https?(?=\/\/))?\/*/i.exec(text) ?? [];
    const address = text.slice(prefix.length);
    const isPath = /[a-z]/i.test(prefix)
        ? /^linkedin$/i.test(scheme) && !/^[^/]*\./.test(address)
        : /^(?:(?:mwlite|comm)\/)?(?:in|pub)\//i.test(address);
    if (isPath) return `www.linkedin.com/${address}`;
    // Only http and https count as a repeated scheme: what precedes any other `://` is a host.
    return address.replace(/^(?:https?:\/*|https?\/\/+)+/i, '');
}

function parsePath(path: string, rest: string, unwrappingsLeft: number): ProfileUrlParsing {
    const segments = path.split('/').filter((segment) => segment !== '');
    if (/^\/*profile\/view\/*$/i.test(path) && /[?&]id=/i.test(rest)) return reject('memberId');
    while (segments.length > 1 && prefixes.has(segments[0]?.toLowerCase() ?? '')) segments.shift();
    const [kind = '', ...names] = segments;
    const word = kind.toLowerCase();
    const isProfile = word === 'in' || word === 'pub';
    const inner = isProfile ? names : segments;
    const second = decodePercent(inner[0] ?? '') ?? '';
    const isWrapped = inner.length > 1 && addressStart.test(second) && (isProfile || !/^(?:in|pub)$/i.test(second));
    if (isWrapped || /^https?:\/\//i.test(second)) {
        if (unwrappingsLeft === 0) return reject('badHandle');
        return parseAddress(addHost([second, ...inner.slice(1)].join('/') + rest), unwrappingsLeft - 1);
    }
    if (word === 'pub') return parseOldPath(names);
    if (word !== 'in') return reject(findOtherPage(word));
    if (names[0] === undefined) return reject('noHandle');
    // `/in/company/acme` is not a person called company.
    if (names.length > 1 && Object.hasOwn(otherPages, names[0].toLowerCase())) return reject(findOtherPage(names[0]));
    // Another URL, joined by a slash.
    if (
        names
            .slice(1)
            .some(
                (name, place) =>
                    /^https?:?$|linkedin\.c(?:om|n)$/i.test(name) || (/^in$/i.test(name) && place + 2 < names.length),
            )
    ) {
        return reject('several');
    }
    // Path parameters (`;`), and query parameters whose `?` was lost in an e-mail (`&`).
    return acceptHandle(names[0].replace(/[;&].*$/s, ''));
}

/** A nested URL may start with its path. */
function addHost(text: string): string {
    return /^(?:in|pub)\//i.test(text) ? `www.linkedin.com/${text}` : text;
}

function findOtherPage(segment: string): RejectionKind {
    const word = segment.toLowerCase();
    return Object.hasOwn(otherPages, word) ? (otherPages[word] ?? 'notAProfile') : 'notAProfile';
}

/**
 * `/pub/first-last/a/b/c` is `/in/first-last-cccbbba`: the groups in reverse order, `b` and `c` padded to three. The
 * groups consist of digits, `a` and `b`; anything else after the name is a language or a page of the profile.
 */
function parseOldPath([name, a, b, c]: string[]): ProfileUrlParsing {
    if (name === undefined) return reject('noHandle');
    if (name.toLowerCase() === 'dir') return reject('directory');
    if (a === undefined || /[^0-9ab]/i.test(a)) return acceptHandle(name);
    // Without its groups the URL would be that of another person with the plain name.
    if (b === undefined || c === undefined) return reject('oldPath');
    if (![a, b, c].every((part) => /^[0-9ab]{1,3}$/i.test(part))) return reject('oldPath');
    return acceptHandle(`${name}-${c.padStart(3, '0')}${b.padStart(3, '0')}${a}`);
}

function acceptHandle(raw: string): ProfileUrlParsing {
    // Raw invisible characters come from copying; percent-encoded ones belong to the handle.
    const decoded = decodePercent(dropInvisible(raw));
    if (decoded === null) return reject('badHandle');
    const visible = decoded.trim();
    // Lower-casing can decompose letters again, hence the second normalisation.
    const handle = visible.normalize('NFC').toLowerCase().normalize('NFC');
    if (handle === '') return reject('noHandle');
    if (memberId.test(visible)) return reject('memberId');
    if (handle === 'me') return reject('ownProfile');
    if (!/[\p{L}\p{N}\p{S}]/u.test(handle)) return reject('badHandle');
    if (/\.\.|…|⋯/.test(handle)) return reject('cutOff');
    if (/[\s/\\?#<>"@%;&=*:|^`{}[\]\p{Cc}\p{Cs}]/u.test(handle) || addressStart.test(handle))
        return reject('badHandle');
    if (placeholder.test(handle)) return reject('placeholder');
    const { length } = Array.from(handle);
    if (length > maxHandleLength) return reject('badHandle');
    if (length < minHandleLength) return reject('tooShort');
    return { ok: true, profileUrl: { handle, canonicalUrl: buildCanonicalUrl(handle) } };
}

/** Undoes percent-encoding, up to three layers. Null when it is malformed. */
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
 * Letters, digits, emoji, joiners, hyphens: no dot or slash, as in a URL. One character class instead of alternatives:
 * `ℹ` is a letter and an emoji, and two ways to match it would take exponential time.
 */
const bareHandle =
    /^(?=[\p{L}\p{M}\p{N}\p{S}])[\u200D\u200C\p{L}\p{M}\p{N}_\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}-]{3,}$/u;

function isBareHandle(text: string): boolean {
    const decoded = decodePercent(text);
    return decoded !== null && bareHandle.test(decoded);
}

/** Placeholders and column headings; a bare number is an id from some other table. */
function isNotAHandle(text: string): boolean {
    const word = text.toLowerCase();
    return notHandles.has(word) || placeholder.test(word) || /^\p{N}+$/u.test(text);
}
