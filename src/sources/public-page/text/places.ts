import { findCountry } from './countries.ts';
import type { Location } from '../../../enrichment/profile.ts';

/** What helps to read a place: the page's language, and the country where the page states it beside the text. */
export type LocationHints = { language?: string; countryCode?: string | null };

/**
 * Names of countries that are also the names of a region elsewhere ("Atlanta, Georgia"): behind another name they do
 * not settle the country by themselves.
 */
const sharedNames = new Set(['GE', 'NE']);

/** How a text says that it means the country around a city and not the city. `Intl` has no such words. */
const areaPatterns = [
    /^Greater (.+?)(?: (?:Metropolitan |Metro )?(?:Area|Region))?$/i,
    /^(.+?) (?:City )?(?:Metropolitan |Metro |Bay )?(?:Area|Region|Metroplex)$/i,
    /^(?:Großraum|Metropolregion|Raum) (.+)$/i,
    /^(.+) (?:und Umgebung|y alrededores|e dintorni|e arredores|e Região|et périphérie|en omgeving|med omnejd)$/i,
    /^(.+) (?:og omegn|i okolice|a okolí|ve çevresi)$/i,
    /^(?:Région de|Área metropolitana de|Area metropolitana di|Grande|Gran|Grand|Groot|Regio|Región de) (.+)$/i,
    /^(.+?)(?:都市圏|地区|周辺|及周边地区)$/,
];

/** The city that an area lies around, or null when the text means no area. */
export function readAreaCentre(text: string): string | null {
    for (const pattern of areaPatterns) {
        const centre = pattern.exec(text)?.[1];
        if (centre) return centre;
    }
    return null;
}

/** The parts of a place from the smallest to the largest. Chinese, Japanese and Korean pages write the country first. */
export function splitPlace(text: string, language: string): string[] {
    const parts = text
        .split(/[,،、，]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
    if (!/^(?:zh|ja|ko)\b/.test(language)) return parts;
    const words = parts.length === 1 ? text.split(/\s+/) : parts;
    const isReversed = words.length > 1 && findCountry(words.at(-1) ?? '', language) === null;
    return isReversed && findCountry(words[0] ?? '', language) !== null ? words.toReversed() : parts;
}

/**
 * A place as a page shows it, as far as its text alone settles it. The country is filled when the last part is the
 * name of one (or the page states it), state and city only when there are three parts. Nothing is guessed;
 * `settleLocation` goes on from here with a gazetteer.
 */
export function resolveLocation(
    text: string | null,
    { language = 'en', countryCode = null }: LocationHints = {},
): Location {
    const stated = countryCode !== null && /^[A-Z]{2}$/.test(countryCode) ? countryCode : null;
    if (text === null) return { country: stated, state: null, city: null, default: null, short: null };
    const parts = splitPlace(text, language);
    const named = findCountry(parts.at(-1) ?? '', language);
    const isShared = named !== null && sharedNames.has(named) && parts.length === 2;
    const [first = null, second = null] = parts;
    const isFull = named !== null && parts.length === 3;
    const isReversed = parts.length > 1 && !/[,،、，]/.test(text);
    return {
        country: isShared ? stated : (named ?? stated),
        state: isFull ? second : null,
        city: isFull && first !== null && readAreaCentre(first) === null ? first : null,
        default: text,
        short: named !== null && parts.length > 1 ? joinShort(parts.slice(0, -1), isReversed) : text,
    };
}

/** The place without its country, in the order it was written in. */
const joinShort = (parts: string[], isReversed: boolean): string =>
    isReversed ? parts.toReversed().join(' ') : parts.join(', ');
