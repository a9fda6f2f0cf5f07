import type { Location } from './profile.ts';

/** What helps to read a place: the page's language, and the country where the page states it beside the text. */
export type LocationHints = { language?: string; countryCode?: string | null };

/** Names that people use and `Intl` does not give. */
const otherCountryNames: Record<string, string> = {
    'united states of america': 'US',
    usa: 'US',
    uk: 'GB',
    england: 'GB',
    scotland: 'GB',
    wales: 'GB',
    'czech republic': 'CZ',
    turkey: 'TR',
    'south korea': 'KR',
    korea: 'KR',
    russia: 'RU',
    'russian federation': 'RU',
    'hong kong sar': 'HK',
    'viet nam': 'VN',
    'the netherlands': 'NL',
};

const countryTables = new Map<string, Map<string, string>>();

/**
 * A place as a page shows it. The country is filled when the last part is the name of one (or the page states it),
 * state and city only when the text has the three parts that settle which is which. Nothing is guessed.
 */
export function resolveLocation(
    text: string | null,
    { language = 'en', countryCode = null }: LocationHints = {},
): Location {
    const stated = countryCode !== null && /^[A-Z]{2}$/.test(countryCode) ? countryCode : null;
    if (text === null) return { country: stated, state: null, city: null, default: null, short: null };
    const parts = text
        .split(/[,،、，]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
    const named = findCountry(parts.at(-1) ?? '', language);
    const short = named !== null && parts.length > 1 ? parts.slice(0, -1).join(', ') : text;
    const isFull = named !== null && parts.length === 3;
    return {
        country: named ?? stated,
        state: isFull ? (parts[1] ?? null) : null,
        city: isFull ? (parts[0] ?? null) : null,
        default: text,
        short,
    };
}

/** The ISO 3166-1 code of a country's name, in the given language or in English; null when it is none. */
function findCountry(name: string, language: string): string | null {
    const folded = fold(name);
    return getCountries(language).get(folded) ?? getCountries('en').get(folded) ?? otherCountryNames[folded] ?? null;
}

function getCountries(language: string): Map<string, string> {
    const known = countryTables.get(language);
    if (known) return known;
    const table = new Map<string, string>();
    const names = createNames(language);
    for (let first = 65; first <= 90; first += 1) {
        for (let second = 65; second <= 90; second += 1) {
            const code = String.fromCharCode(first, second);
            const name = names.of(code);
            // Codes that are no country's (the EU, the UN, retired ones) would put people in places that do not exist.
            if (name && name !== code && !notCountries.has(code)) table.set(fold(name), table.get(fold(name)) ?? code);
        }
    }
    countryTables.set(language, table);
    return table;
}

const notCountries = new Set([
    'AC',
    'CP',
    'CQ',
    'DD',
    'DG',
    'DY',
    'EA',
    'EU',
    'EZ',
    'FX',
    'HV',
    'IC',
    'NH',
    'QO',
    'RH',
    'SU',
    'TA',
    'TP',
    'UK',
    'UN',
    'VD',
    'XA',
    'XB',
    'YD',
    'YU',
    'ZR',
    'ZZ',
    'AN',
    'BU',
    'CS',
    'NT',
    'PZ',
]);

function createNames(language: string): Intl.DisplayNames {
    try {
        return new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    } catch {
        return new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    }
}

function fold(text: string): string {
    return text
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFC')
        .toLowerCase()
        .replace(/[’']/g, "'")
        .trim();
}
