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

/** Codes that `Intl` names and that are no country's: unions, retired ones, parts of another code. */
const notCountries = new Set(
    'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT PZ QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' '),
);

type Style = 'long' | 'short';

const tables = new Map<string, Map<string, string>>();

/** The ISO 3166-1 code of a country's name, in the given language or in English; null when it is none. */
export function findCountry(name: string, language: string): string | null {
    const folded = foldName(name);
    const find = (tried: string, style: Style): string | undefined => getTable(tried, style).get(folded);
    // A table takes milliseconds to build, so the ones that rarely know more come last.
    return (
        find(language, 'long') ??
        find('en', 'long') ??
        otherCountryNames[folded] ??
        find(language, 'short') ??
        find('en', 'short') ??
        null
    );
}

function getTable(language: string, style: Style): Map<string, string> {
    const key = `${language} ${style}`;
    const known = tables.get(key);
    if (known) return known;
    const table = new Map<string, string>();
    const names = createNames(language, style);
    for (let first = 65; first <= 90; first += 1) {
        for (let second = 65; second <= 90; second += 1) {
            const code = String.fromCharCode(first, second);
            const name = notCountries.has(code) ? undefined : names.of(code);
            if (name && name !== code) table.set(foldName(name), table.get(foldName(name)) ?? code);
        }
    }
    tables.set(key, table);
    return table;
}

function createNames(language: string, style: Style): Intl.DisplayNames {
    try {
        return new Intl.DisplayNames(language, { type: 'region', fallback: 'none', style });
    } catch {
        return new Intl.DisplayNames('en', { type: 'region', fallback: 'none', style });
    }
}

/** A name as it is compared: without case, diacritics and the kind of its apostrophes. */
export function foldName(name: string): string {
    // Most names need none of this, and a gazetteer has many.
    if (/^[\u0020-\u005f\u0061-\u007e]*$/.test(name)) return name.toLowerCase().trim();
    return name
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFC')
        .toLowerCase()
        .replace(/[’ʻ`]/g, "'")
        .trim();
}
