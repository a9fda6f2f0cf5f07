/**
 * Patterns for the area around a city, as opposed to the city, by page language; English is used on all pages. `Intl`
 * has no such words.
 */
const patterns: Record<string, readonly RegExp[]> = {
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
    const own = Object.hasOwn(patterns, language.slice(0, 2)) ? (patterns[language.slice(0, 2)] ?? []) : [];
    for (const pattern of [...own, ...(patterns['en'] ?? [])]) {
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
