import { cleanLine, dropInvisible } from '../result/clean-line.ts';
import { adviseOnRejection, describeRejection, otherPages, type RejectionKind } from './profile-url-reasons.ts';
import { decodeAddress, findRedirectTarget } from './redirect-target.ts';

/** A profile, by the name it has in its address. */
export type ProfileUrl = {
    /** NFC, percent-decoded, lower-cased: two spellings of one profile have one handle. */
    handle: string;
    /** `https://www.linkedin.com/in/<handle>/`, percent-encoded. */
    canonicalUrl: string;
};

/** `reason` is what the line is and what to give instead, for the user; `kind` names it for programs. */
export type ProfileUrlParsing = { ok: true; profileUrl: ProfileUrl } | Rejection;
export type Rejection = { ok: false; kind: RejectionKind; reason: string };

const maxHandleLength = 100;
const minHandleLength = 3;
const maxLineLength = 2000;
/** Longer than any address of a profile, and short enough that what looks at it costs nothing. */
const maxStrictLength = 2048;
/** How often an address may lead on to another one inside it. */
const maxUnwrappings = 4;

/** An encoded member id, whole or cut off; or a whole one that a program has put into lower case. */
const memberId = /^AC[ow]AA[\w-]*$|^ac[ow]aa[\w-]{34}$/;

/** What programs write where a value is missing, once or joined as first and last name; and templates left unfilled. */
const placeholder =
    /^(?:none|null|nil|nan|undefined|unavailable)(?:[-_.]?(?:none|null|nil|nan|undefined))*$|^(?:your[-_]?)?user[-_]?name$|^your[-_]?(?:name|profile|handle|vanity|url)$/;

/** Words that are never taken for a bare handle. In an address (`/in/url/`) they are. */
const notHandles = new Set(
    (
        'url urls link links name names profile profiles handle handles linkedin linkedin_url profile_url company title ' +
        'email none nil nan true false unknown tbd tba todo http https www pub mwlite comm'
    ).split(' '),
);

/** Paths under which a profile's address goes on with `/in/<handle>`. */
const prefixes = new Set(['mwlite', 'comm', 'public-profile', 'profile', 'm']);

/** What an address begins with: after `/in/` it says that the beginning was written twice. */
const addressStart = /^(?:https?:?|in|pub|(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn))$/i;

/** The canonical address of a normalised handle. */
export function buildCanonicalUrl(handle: string): string {
    return `https://www.linkedin.com/in/${encodeURIComponent(handle)}/`;
}

/**
 * Reads one line as a profile URL, forgiving in form: any scheme or none, country and mobile hosts, quotes and
 * brackets around it, a locale or page after the handle, old `/pub/` addresses, links that lead on to a profile. A word
 * alone is rejected: it may be anybody's name.
 */
export function parseProfileUrl(line: string): ProfileUrlParsing {
    if (line.length > maxLineLength) return reject('tooLong');
    const text = cleanLine(line);
    if (text === '') return reject('empty');
    if (isBareHandle(text)) return reject(isNoHandle(text) ? 'notAHandle' : 'bareWord');
    return parseAddress(decodeAddress(text), maxUnwrappings);
}

/** Reads one line of a list of handles: a bare one, with or without `@`, or a profile URL. */
export function parseHandle(line: string): ProfileUrlParsing {
    const text = line.length > maxLineLength ? '' : cleanLine(line).replace(/^@/, '');
    if (!isBareHandle(text)) return parseProfileUrl(line);
    return isNoHandle(text) ? reject('notAHandle') : acceptHandle(text);
}

/**
 * The API's strict form: exactly `https://www.linkedin.com/in/<handle>`, with or without the last slash. Of anything else
 * the reason says what it is, or what the canonical address is where a profile is meant.
 */
export function parseStrictProfileUrl(url: string): ProfileUrlParsing {
    const rejection = reject('strict');
    if (url.length > maxStrictLength) return rejection;
    const match = /^https:\/\/www\.linkedin\.com\/in\/([^/?#\s\\]+)\/?$/u.exec(url);
    if (match?.[1] !== undefined) return acceptHandle(match[1]);
    const meant = parseProfileUrl(url);
    if (!meant.ok) return rejectionsOfLines.has(meant.kind) ? rejection : meant;
    return { ...rejection, reason: `${rejection.reason} Use ${meant.profileUrl.canonicalUrl} instead.` };
}

/** Whose reasons speak of the lines and fields of a list. */
const rejectionsOfLines: ReadonlySet<RejectionKind> = new Set([
    'empty',
    'tooLong',
    'bareWord',
    'several',
    'shiftedRow',
]);

/** The rejection of this kind; `detail` takes the place of the sentence that says what the line is. */
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
 * The address from its host on, without its scheme, be that half there or there twice. `in/name` and `linkedin://in/name`
 * get the host.
 */
function stripScheme(text: string): string {
    const [prefix = '', scheme = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/|https?:|https?(?=\/\/))?\/*/i.exec(text) ?? [];
    const address = text.slice(prefix.length);
    const isPath = /[a-z]/i.test(prefix)
        ? /^linkedin$/i.test(scheme) && !/^[^/]*\./.test(address)
        : /^(?:(?:mwlite|comm)\/)?(?:in|pub)\//i.test(address);
    if (isPath) return `www.linkedin.com/${address}`;
    // Only the web's own schemes are taken for a repetition: before any other `://` stands a host.
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
    // `/in/company/acme` is no person called company.
    if (names.length > 1 && Object.hasOwn(otherPages, names[0].toLowerCase())) return reject(findOtherPage(names[0]));
    // Another address, joined by a slash.
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
    // Parameters of a server, and of a mail whose `?` got lost, come behind the name.
    return acceptHandle(names[0].replace(/[;&].*$/s, ''));
}

/** An address inside another one may begin with its path. */
function addHost(text: string): string {
    return /^(?:in|pub)\//i.test(text) ? `www.linkedin.com/${text}` : text;
}

function findOtherPage(segment: string): RejectionKind {
    const word = segment.toLowerCase();
    return Object.hasOwn(otherPages, word) ? (otherPages[word] ?? 'notAProfile') : 'notAProfile';
}

/**
 * `/pub/first-last/a/b/c` is `/in/first-last-cccbbba`: the numbers turned round, padded to three but for the first. The
 * groups are digits, `a` and `b`; anything else after the name is a language or a page of the profile.
 */
function parseOldPath([name, a, b, c]: string[]): ProfileUrlParsing {
    if (name === undefined) return reject('noHandle');
    if (name.toLowerCase() === 'dir') return reject('directory');
    if (a === undefined || /[^0-9ab]/i.test(a)) return acceptHandle(name);
    // Cut off, the address would be that of whoever has the plain name.
    if (b === undefined || c === undefined) return reject('oldPath');
    if (![a, b, c].every((part) => /^[0-9ab]{1,3}$/i.test(part))) return reject('oldPath');
    return acceptHandle(`${name}-${c.padStart(3, '0')}${b.padStart(3, '0')}${a}`);
}

function acceptHandle(raw: string): ProfileUrlParsing {
    // Raw marks come with copying; those that are percent-encoded were put there, and belong to the handle.
    const decoded = decodePercent(dropInvisible(raw));
    if (decoded === null) return reject('badHandle');
    const visible = decoded.trim();
    // Lower-casing can break composed letters up again, hence the second normalisation.
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
    const word = text.toLowerCase();
    return notHandles.has(word) || placeholder.test(word) || /^\p{N}+$/u.test(text);
}
