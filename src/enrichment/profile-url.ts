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

const reasons = {
    empty: 'The line is empty. Give a profile URL such as https://www.linkedin.com/in/someone/.',
    notAUrl: 'This is not a LinkedIn profile URL. Give one such as https://www.linkedin.com/in/someone/.',
    otherHost:
        'This address is not on linkedin.com. Give a LinkedIn profile URL such as https://www.linkedin.com/in/someone/.',
    credentials: 'The URL holds a user name, a password or a port. Give the plain profile URL.',
    company: 'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    school: 'This is a school page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    job: 'This is a job, not a person. Give the URL of a profile (linkedin.com/in/…).',
    post: 'This is a post or an article, not a person. Give the URL of its author’s profile (linkedin.com/in/…).',
    sales: 'This is a Sales Navigator link, which only opens after signing in. Give the public profile URL (linkedin.com/in/…).',
    recruiter:
        'This is a Recruiter link, which only opens after signing in. Give the public profile URL (linkedin.com/in/…).',
    directory: 'This is a list of people, not one profile. Give the URL of a profile (linkedin.com/in/…).',
    memberId:
        'This URL holds an encoded member id, which the public page does not know. Open the profile and copy its vanity URL (linkedin.com/in/name).',
    noHandle: 'The URL names no profile: nothing follows /in/. Give the whole profile URL.',
    badHandle: 'The name after /in/ cannot be that of a profile. Copy the URL again from the profile page.',
    notAProfile: 'This LinkedIn page is not a profile. Give the URL of a profile (linkedin.com/in/…).',
    strict: 'The URL must be https://www.linkedin.com/in/<name>, with nothing after the name.',
} as const;

/** First path segments of pages that are not profiles, and what to say of them. */
const otherPages: Record<string, keyof typeof reasons> = {
    company: 'company',
    companies: 'company',
    showcase: 'company',
    organization: 'company',
    school: 'school',
    edu: 'school',
    jobs: 'job',
    job: 'job',
    posts: 'post',
    pulse: 'post',
    feed: 'post',
    article: 'post',
    sales: 'sales',
    talent: 'recruiter',
    recruiter: 'recruiter',
    search: 'directory',
    people: 'directory',
};

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
    const text = cleanLine(line);
    if (text === '') return reject('empty');
    if (text.length > maxLineLength) return reject('notAUrl');
    if (isBareHandle(text)) return acceptHandle(text);

    const relative = /^\/+(?:in|pub)\//i.test(text) ? `www.linkedin.com${text}` : text;
    const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(relative) ? relative : `https://${relative.replace(/^\/+/, '')}`;
    const parts = /^([a-z]+):\/\/([^/?#\\]*)([^?#]*)/i.exec(address);
    if (!parts) return reject('notAUrl');
    const [, scheme = '', authority = '', path = ''] = parts;
    if (!/^https?$/i.test(scheme) && !/^linkedin$/i.test(scheme)) return reject('notAUrl');
    if (/\s/.test(authority) || !authority.includes('.')) return reject('notAUrl');
    const host = authority.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase().replace(/\.$/, '');
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(host)) return reject('otherHost');
    if (authority.includes('@') || /:/.test(authority)) return reject('credentials');
    return parsePath(path);
}

/** The API's strict form: exactly `https://www.linkedin.com/in/<handle>`, with or without the last slash. */
export function parseStrictProfileUrl(url: string): ProfileUrlParsing {
    const match = /^https:\/\/www\.linkedin\.com\/in\/([^/?#\s\\]+)\/?$/u.exec(url);
    return match?.[1] === undefined ? reject('strict') : acceptHandle(match[1]);
}

function parsePath(path: string): ProfileUrlParsing {
    const segments = path.split('/').filter((segment) => segment !== '');
    while (segments.length > 1 && prefixes.has(segments[0]?.toLowerCase() ?? '')) segments.shift();
    const [kind = '', ...rest] = segments;
    const word = kind.toLowerCase();
    if (word === 'in') return rest[0] === undefined ? reject('noHandle') : acceptHandle(rest[0]);
    if (word === 'pub') return parseOldPath(rest);
    return reject(Object.hasOwn(otherPages, word) ? (otherPages[word] ?? 'notAProfile') : 'notAProfile');
}

/** `/pub/first-last/a/b/c` is `/in/first-last-cccbbba`: the numbers turned round, padded to three but for the first. */
function parseOldPath([name, a, b, c]: string[]): ProfileUrlParsing {
    if (name === undefined) return reject('noHandle');
    if (name.toLowerCase() === 'dir') return reject('directory');
    if (a === undefined || b === undefined || c === undefined) return acceptHandle(name);
    if (![a, b, c].every((part) => /^[0-9a-z]{1,3}$/i.test(part))) return reject('badHandle');
    return acceptHandle(`${name}-${c.padStart(3, '0')}${b.padStart(3, '0')}${a}`);
}

function acceptHandle(raw: string): ProfileUrlParsing {
    const decoded = decodePercent(raw);
    if (decoded === null) return reject('badHandle');
    // Lower-casing can break composed letters up again, hence the second normalisation.
    const handle = decoded.normalize('NFC').toLowerCase().normalize('NFC').trim();
    if (handle === '') return reject('noHandle');
    if (/^AC[ow]AA[A-Za-z0-9_-]{5,}$/i.test(decoded)) return reject('memberId');
    const isTooLong = Array.from(handle).length > maxHandleLength;
    if (isTooLong || /[\s/\\?#<>"@%\p{Cc}\p{Cs}]/u.test(handle) || /^\.+$/.test(handle)) return reject('badHandle');
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

/** Takes off what comes along when a URL is copied: spaces, quotes, brackets, invisible characters, a full stop. */
function cleanLine(line: string): string {
    return line
        .replace(/[\u200B\u2060\uFEFF\u00AD]/g, '')
        .replace(/^(?:[\s"'“”‘’«»<>([{]|\p{Cf})+/u, '')
        .replace(/(?:[\s"'“”‘’«»<>)\]},;]|\p{Cf})+$/u, '');
}

/** A word that can only be a handle: letters, digits and hyphens, no dot and no slash that would make it an address. */
function isBareHandle(text: string): boolean {
    const decoded = decodePercent(text);
    return decoded !== null && /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}\p{Emoji_Presentation}_-]{2,}$/u.test(decoded);
}

function reject(reason: keyof typeof reasons): ProfileUrlParsing {
    return { ok: false, reason: reasons[reason] };
}
