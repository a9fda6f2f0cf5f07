import type { Location } from '../../../enrichment/result/profile-parts.ts';
import { findCountry } from './countries.ts';
import { foldName } from './fold-name.ts';

/** Country names that are also names of regions elsewhere: "Atlanta, Georgia", "Arlon, Luxembourg". */
const sharedNames = new Set(['georgia', 'georgie', 'niger', 'macedonia', 'luxembourg']);

/**
 * Whether the country name at the end of a location can be a region elsewhere. On its own, only Georgia can.
 */
export function isSharedName(parts: readonly string[]): boolean {
    const name = foldName(parts.at(-1) ?? '');
    return sharedNames.has(name) && (parts.length === 2 || (parts.length === 1 && name.startsWith('georgi')));
}

/** The parts of a location, the smallest first. Chinese, Japanese and Korean pages have the country first. */
export function splitPlace(text: string, language: string): string[] {
    const named = text.trim().split(/\s*[,،、，]\s*/);
    const parts = joinCountry(joinDistrict(named.filter(Boolean)), language);
    if (!/^(?:zh|ja|ko)\b/.test(language)) return parts;
    const words = parts.length === 1 ? text.split(/\s+/).filter(Boolean) : parts;
    const isReversed = words.length > 1 && findCountry(words.at(-1) ?? '', language) === null;
    return isReversed && findCountry(words[0] ?? '', language) !== null ? words.toReversed() : parts;
}

/** "Washington, D.C." is one name. */
function joinDistrict(parts: string[]): string[] {
    const place = parts.findIndex((part, index) => index > 0 && /^d\.? ?c\.?$/i.test(part));
    if (place < 1) return parts;
    return [...parts.slice(0, place - 1), `${parts[place - 1]}, ${parts[place]}`, ...parts.slice(place + 1)];
}

/** "Korea, Republic of" is one name. */
function joinCountry(parts: string[], language: string): string[] {
    if (parts.length < 2 || !/\b(?:of|the)\b|\./i.test(parts.at(-1) ?? '')) return parts;
    const name = parts.slice(-2).join(', ');
    return findCountry(name, language) === null ? parts : [...parts.slice(0, -2), name];
}

/**
 * Parses a location as far as its text is unambiguous. The country is set when the last part is its name (or the page
 * states it, in `countryCode`), state and city only when there are three parts. `refineLocation` continues with a
 * gazetteer.
 */
export function resolveLocation(
    text: string | null,
    { language = 'en', countryCode = null }: { language?: string; countryCode?: string | null } = {},
): Location {
    const stated = countryCode !== null && /^[A-Z]{2}$/.test(countryCode) ? countryCode : null;
    if (text === null) return { country: stated, state: null, city: null, default: null, short: null };
    const parts = splitPlace(text, language);
    const named = findCountry(parts.at(-1) ?? '', language);
    const isDoubtful = isSharedName(parts);
    const [first = null, second = null] = parts;
    const isFull = named !== null && parts.length === 3;
    const isReversed = parts.length > 1 && !/[,،、，]/.test(text);
    return {
        country: isDoubtful ? stated : (named ?? stated),
        state: isFull ? second : null,
        city: isFull && first !== null && readAreaCentre(first, language) === null ? first : null,
        default: text,
        short: named !== null && parts.length > 1 ? joinShort(parts.slice(0, -1), isReversed) : text,
    };
}

/** The location without its country, in the original order. */
const joinShort = (parts: string[], isReversed: boolean): string =>
    isReversed ? parts.toReversed().join(' ') : parts.join(', ');

/**
 * Patterns for the area around a city, as opposed to the city, by page language; English is used on all pages. `Intl`
 * has no such words.
 */
const areaPatterns: Record<string, readonly RegExp[]> = {
    en: [
        /^(?:greater|metro|metropolitan) (.+?)(?: (?:metropolitan |metro |urban )?(?:area|region|metroplex))?$/i,
        /^(.+?) (?:metropolitan |metro |urban )?(?:area|region|metroplex)$/i,
    ],
    de: [/^(?:großraum|metropolregion|raum|region) (.+)$/i, /^(.+) und umgebung$/i],
    fr: [
        /^(?:ville de )?(.+) et (?:sa )?(?:périphérie|environs)$/i,
        /^(?:région|agglomération|grande agglomération|métropole) (?:de |d['’])(.+)$/i,
        /^(?:grand|grande) (.+)$/i,
    ],
    es: [/^(?:gran )?(?:área|zona|región) (?:metropolitana )?de (.+)$/i, /^(.+) y alrededores$/i, /^gran (.+)$/i],
    pt: [
        /^(?:região metropolitana|grande região|área metropolitana) (?:de |do |da )(.+)$/i,
        /^(.+) e (?:arredores|região)$/i,
        /^grande (.+)$/i,
    ],
    it: [/^(?:area|città|regione) metropolitana di (.+)$/i, /^(.+) e dintorni$/i, /^grande (.+)$/i],
    nl: [/^(?:groot|regio|metropoolregio)[- ](.+)$/i, /^(.+) en omgeving$/i],
    sv: [/^(.+) med omnejd$/i, /^stor(?:-|(?=[a-zåäö]{4}))(.+)$/i],
    da: [/^(.+) og omegn$/i, /^stor-?(.+)$/i],
    no: [/^(.+) og omegn$/i, /^stor-?(.+)$/i],
    nb: [/^(.+) og omegn$/i, /^stor-?(.+)$/i],
    pl: [/^(.+) i okolice$/i, /^aglomeracja (.+)$/i],
    cs: [/^(.+) a okolí$/i],
    tr: [/^(.+) ve çevresi$/i, /^büyük (.+)$/i],
    ru: [/^(.+) и (?:окрестности|область)$/i, /^(?:большая|большой|агломерация) (.+)$/i],
    zh: [/^大?(.+?)(?:都市圈|大都会区|都会区|都會區|及周边地区|周边地区|地区|地區)$/],
    ja: [/^(.+?)(?:都市圏|及び周辺地域|周辺地域|周辺|地区|圏)$/],
    ko: [/^(.+?) ?(?:및 )?(?:인근 지역|주변 지역|광역권|수도권|지역)$/],
    ar: [/^(?:منطقة )?(.+) (?:الكبرى|وضواحيها)$/],
};

/** The city at the centre of an area; null when the text is not an area. */
export function readAreaCentre(text: string, language: string): string | null {
    const own = Object.hasOwn(areaPatterns, language.slice(0, 2)) ? (areaPatterns[language.slice(0, 2)] ?? []) : [];
    for (const pattern of [...own, ...(areaPatterns['en'] ?? [])]) {
        const centre = pattern.exec(text)?.[1];
        if (centre) return centre;
    }
    return null;
}

/** Possible names of an area's centre: "San Francisco Bay", "New York City". */
export function nameCentres(centre: string): string[] {
    const plain = centre.replace(/ (?:City|Bay|Metro)$/i, '');
    return [...new Set([`${centre} City`, centre, plain])];
}
