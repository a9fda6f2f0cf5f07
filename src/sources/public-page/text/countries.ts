import { foldName } from './fold-name.ts';

/** Country names used by LinkedIn, ISO 3166 or people, but not by `Intl`; mostly in English. */
const otherNames: Record<string, string> = {
    AE: 'UAE; الإمارات',
    AX: 'Aland',
    BA: 'Bosnia; Bosnia-Herzegovina',
    BL: 'Saint Barthelemy',
    BN: 'Brunei Darussalam',
    BO: 'Plurinational State of Bolivia',
    BQ: 'Bonaire, Sint Eustatius and Saba; Bonaire, Saint Eustatius and Saba',
    CD: 'Democratic Republic of the Congo; Democratic Republic of Congo; DR Congo; DRC; Congo (DRC); Congo, DRC; Congo (Kinshasa); Congo, The Democratic Republic of the; Congo, Democratic Republic of the; Zaire; République démocratique du Congo; República Democrática del Congo; Repubblica Democratica del Congo; Demokratische Republik Kongo',
    CG: 'Republic of the Congo; Republic of Congo; Congo (Republic); Congo Republic; Congo (Brazzaville)',
    CI: "Ivory Coast; Cote d'Ivoire",
    CN: "People's Republic of China; PRC; Mainland China",
    CV: 'Cabo Verde; Cape Verde',
    CZ: 'Czech Republic; Czechia; Tschechische Republik; République tchèque; República Checa; Repubblica Ceca',
    DE: 'Federal Republic of Germany',
    FK: 'Falkland Islands (Malvinas); Falkland Islands (Islas Malvinas)',
    FM: 'Federated States of Micronesia',
    GB: 'UK; U.K.; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; United Kingdom of Great Britain and Northern Ireland; Großbritannien; Grande-Bretagne; Gran Bretaña; Gran Bretagna',
    GS: 'South Georgia and the South Sandwich Islands',
    HM: 'Heard Island and McDonald Islands',
    HK: 'Hong Kong; Hong Kong SAR; Hongkong; Hong Kong (SAR); Hong Kong, China',
    IE: 'Republic of Ireland',
    KG: 'Kyrgyz Republic',
    KP: "North Korea; Democratic People's Republic of Korea; Korea, North; DPRK",
    KR: 'South Korea; Republic of Korea; Korea; Korea, South; Korea (South)',
    LA: "Lao People's Democratic Republic; Lao PDR",
    LY: 'Libyan Arab Jamahiriya; State of Libya',
    MF: 'Saint Martin (French part)',
    MK: 'Macedonia; FYROM; Macedonia (FYROM); The Former Yugoslav Republic of Macedonia',
    MM: 'Burma; Myanmar; Myanmar (Burma)',
    MO: 'Macau; Macao; Macau SAR; Macao SAR; Macau (SAR); Macau, China',
    NL: 'Holland; Netherlands (Kingdom of the); Kingdom of the Netherlands',
    PS: 'Palestine; State of Palestine; Palestinian Authority; Palestinian Territory; Palestinian Territories; Occupied Palestinian Territory; Palestinian Territory, Occupied',
    RU: 'Russia; Russian Federation',
    SA: 'السعودية',
    SH: 'Saint Helena, Ascension and Tristan da Cunha',
    SK: 'Slovak Republic',
    ST: 'Sao Tome and Principe',
    SX: 'Sint Maarten (Dutch part); Sint Maarten',
    SY: 'Syrian Arab Republic',
    SZ: 'Swaziland; Eswatini; Kingdom of Eswatini',
    TL: 'East Timor; Timor-Leste',
    TR: 'Turkey; Turkiye',
    TW: 'Taiwan, Province of China; Taiwan, ROC; Chinese Taipei; Republic of China',
    TZ: 'Tanzania, United Republic of',
    UM: 'United States Minor Outlying Islands',
    US: 'United States of America; USA; US; U.S.A.; U.S.; Estados Unidos de América; États-Unis d’Amérique; Stati Uniti d’America; Estados Unidos da América; Vereinigte Staaten von Amerika',
    VA: 'Vatican City State; Vatican City; Vatican; Holy See; Holy See (Vatican City State)',
    VC: 'Saint Vincent and the Grenadines; Saint Vincent',
    VG: 'British Virgin Islands; Virgin Islands, British; Virgin Islands (British)',
    VI: 'U.S. Virgin Islands; US Virgin Islands; United States Virgin Islands; Virgin Islands, U.S.; Virgin Islands (US); Virgin Islands (U.S.)',
    VN: 'Viet Nam',
    XK: 'Republic of Kosovo',
};

/** Names of two countries, in some language, with both codes. */
const ambiguous = new Map([
    ['congo', ['CG', 'CD']],
    ['virgin islands', ['VG', 'VI']],
    ['sao martinho', ['MF', 'SX']],
    ['ireland and northern ireland', ['IE', 'GB']],
]);

/** The start of official names. Names where it distinguishes two countries are listed in `otherNames`. */
const officialForm =
    /^(?:(?:federal|islamic|arab|united|bolivarian|socialist|federative|co-operative|cooperative|hellenic|oriental|independent|plurinational|federated|hashemite|grand) )*(?:republic|kingdom|state|states|commonwealth|principality|duchy|sultanate|union|democratic socialist republic|people's democratic republic) of (?:the )?/;

/** Codes that `Intl` has names for but that are not countries: unions, retired codes, parts of another country. */
const notCountries = new Set(
    'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT PZ QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' '),
);

const letters = Array.from({ length: 26 }, (_, place) => String.fromCharCode(65 + place));
const regionCodes = letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !notCountries.has(code));

type Style = 'long' | 'short';

const tables = new Map<string, Map<string, string>>();

/** The ISO 3166-1 code for a country name in the given language or in English; null when unknown or ambiguous. */
export function findCountry(name: string, language: string): string | null {
    const folded = foldCountry(name);
    if (folded === '' || ambiguous.has(folded)) return null;
    // A table takes milliseconds to build, so those that rarely help come last.
    return (
        getTable(language, 'long').get(folded) ??
        getTable('en', 'long').get(folded) ??
        (language.startsWith('zh') ? getTable('zh-Hant', 'long').get(folded) : undefined) ??
        getTable(language, 'short').get(folded) ??
        getTable('en', 'short').get(folded) ??
        findOfficial(folded)
    );
}

/** The codes of all countries that a name can mean: two for "Congo"; empty when it is not a country. */
export function findCountries(name: string, language: string): readonly string[] {
    const country = findCountry(name, language);
    return country === null ? (ambiguous.get(foldCountry(name)) ?? []) : [country];
}

/** Whether this is the code of a country. */
export function isCountryCode(code: string): boolean {
    return /^[A-Z]{2}$/.test(code) && [...getTable('en', 'long').values()].includes(code);
}

/** "Republic of Moldova", "Iran, Islamic Republic of". */
function findOfficial(folded: string): string | null {
    const [, name = '', form = ''] = /^([^,]+), (.+)$/.exec(folded) ?? [];
    const turned = name === '' ? folded : `${form} ${name}`;
    const plain = turned.replace(officialForm, '');
    if (plain === turned || ambiguous.has(plain)) return null;
    return getTable('en', 'long').get(plain) ?? null;
}

function getTable(language: string, style: Style): Map<string, string> {
    const key = `${language} ${style}`;
    const known = tables.get(key);
    if (known) return known;
    const table = new Map<string, string>();
    const names = createNames(language, style);
    for (const code of regionCodes) {
        const name = names.of(code);
        if (name && name !== code) table.set(foldCountry(name), table.get(foldCountry(name)) ?? code);
    }
    if (key === 'en long') {
        for (const [code, list] of Object.entries(otherNames))
            for (const name of list.split('; ')) table.set(foldCountry(name), code);
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

/** A country name for comparison: "The Bahamas" is "Bahamas", "St." is "Saint" and "&" is "and". */
function foldCountry(name: string): string {
    return foldName(name)
        .replace(/ ?\(the\)$|, the$/, '')
        .replace(/^the /, '')
        .replace(/ & /g, ' and ')
        .replace(/ [–—] /g, ' - ');
}
