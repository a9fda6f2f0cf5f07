import { findCountry } from './countries.ts';
import { readAreaCentre, splitPlace } from './places.ts';
import type { Location } from '../../../enrichment/profile.ts';

/** A city of the name asked for. */
export type GazetteerCity = {
    /** The English name of the region of the first order it lies in. */
    region: string | null;
    /** Whether this region is nothing but the city, as Prague is. */
    isRegion(): boolean;
};

/** What a gazetteer knows. Names are compared without case and diacritics; parts of cities are no cities. */
export type Gazetteer = {
    findCities(name: string, country: string): GazetteerCity[];
    hasRegion(name: string, country: string): boolean;
    /** The cities of exactly this name in all the world. */
    findNamesakes(name: string): Array<{ country: string; population: number }>;
    /** The regions of this name, or of this postal code of a state of the United States. */
    findRegions(name: string): Array<{ country: string; name: string }>;
};

export type SettleOptions = {
    language: string;
    /** Called only for a text that a gazetteer can help with: loading it costs. */
    openGazetteer: () => Promise<Gazetteer>;
};

/** A lone name settles a country only when it is one large city's: small ones share their names with anything. */
const largeCity = 100_000;

/**
 * Fills country, state and city of a place where a gazetteer leaves one reading of its text, and nothing where it
 * leaves two. What is there already stays.
 */
export async function settlePlace(location: Location, options: SettleOptions): Promise<Location> {
    const { language, openGazetteer } = options;
    if (location.default === null || location.state !== null || location.city !== null) return location;
    const parts = splitPlace(location.default, language);
    const [first = '', second = ''] = parts;
    if (!/\p{L}/u.test(first) || parts.length > 2) return location;
    if (parts.length === 2) {
        if (location.country === null) return settlePair(location, first, second, await openGazetteer(), options);
        const isCountryLast = findCountry(second, language) === location.country;
        return isCountryLast
            ? settleWithin(location, first, location.country, await openGazetteer(), options)
            : location;
    }
    return location.country === null ? settleAlone(location, first, await openGazetteer(), options) : location;
}

/** "Prague, Czechia", "California, United States", "Mumbai, India". */
function settleWithin(
    location: Location,
    name: string,
    country: string,
    gazetteer: Gazetteer,
    { language }: SettleOptions,
): Location {
    if (readAreaCentre(name) !== null) return location;
    const cities = gazetteer.findCities(name, country);
    const [city] = cities;
    if (gazetteer.hasRegion(name, country)) {
        // A region's name means the region. It is the city as well when the region is nothing but the city.
        const isCity = cities.length === 1 && city?.isRegion() === true;
        return { ...location, state: name, city: isCity ? name : null };
    }
    if (!city) return location;
    // The gazetteer's names are English, and so is the region it fills in.
    const regions = new Set(cities.map(({ region }) => region));
    const isEnglish = /^en\b/.test(language);
    return { ...location, city: name, state: isEnglish && regions.size === 1 ? city.region : null };
}

/** "Austin, Texas", "Mountain View, CA", "Atlanta, Georgia", "Tbilisi, Georgia". */
function settlePair(
    location: Location,
    first: string,
    second: string,
    gazetteer: Gazetteer,
    options: SettleOptions,
): Location {
    const inRegions = gazetteer
        .findRegions(second)
        .filter(({ country, name }) => gazetteer.findCities(first, country).some(({ region }) => region === name))
        .map(({ country, name }): Location => ({ ...location, country, state: name, city: first }));
    const country = findCountry(second, options.language);
    const isThere =
        country !== null && (gazetteer.hasRegion(first, country) || gazetteer.findCities(first, country).length > 0);
    const inCountry = isThere ? [settleWithin({ ...location, country }, first, country, gazetteer, options)] : [];
    const readings = [...inRegions, ...inCountry];
    return readings.length === 1 ? (readings[0] ?? location) : location;
}

/** "Mumbai", "Greater Seattle Area": the country, when there is one city of the name, and a large one. */
function settleAlone(location: Location, text: string, gazetteer: Gazetteer, options: SettleOptions): Location {
    const centre = readAreaCentre(text);
    const name = centre ?? text;
    const namesakes = gazetteer.findNamesakes(name);
    const [only] = namesakes;
    if (!only || namesakes.length > 1 || only.population < largeCity) return location;
    const settled = { ...location, country: only.country };
    return centre === null ? settleWithin(settled, name, only.country, gazetteer, options) : settled;
}
