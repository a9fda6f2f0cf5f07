import type { Location } from '../../../enrichment/result/profile-parts.ts';
import { findCountries, findCountry, isCountryCode } from './countries.ts';
import type { Gazetteer, GazetteerCity, GazetteerRegion } from './gazetteer.ts';
import { isSharedName, nameCentres, readAreaCentre, splitPlace } from './places.ts';

/** Imported only when a location needs it. */
const openLazily = async (): Promise<Gazetteer> => (await import('./gazetteer.ts')).openGazetteer();

type Context = { language: string; find: Gazetteer };

/** The minimum population of a city, and its ratio to namesakes in other countries, for it to be the one meant. */
const thresholds = { area: { minPopulation: 100_000, ratio: 8 }, alone: { minPopulation: 500_000, ratio: 10 } };

/**
 * Sets country, state and city of a location if the gazetteer allows only one reading of its text. Values already set
 * are kept. `openGazetteer` is called only when a gazetteer can help, since loading it is expensive.
 */
export async function refineLocation(
    location: Location,
    language: string,
    openGazetteer: () => Promise<Gazetteer> = openLazily,
): Promise<Location> {
    if (location.default === null || location.city !== null) return location;
    const parts = splitPlace(location.default, language);
    const [first = '', second = ''] = parts;
    if (!/\p{L}/u.test(first) || parts.length > 3) return location;
    if (parts.length === 3 || location.state !== null) {
        return location.state === null ? location : refineCity(location, first, await openGazetteer());
    }
    const named = findCountry(parts.at(-1) ?? '', language);
    const isCertain = named !== null && named === location.country;
    // "Georgia" on its own is ambiguous.
    if (parts.length === 1 && named !== null && (isCertain || location.country === null)) return location;
    const context = { language, find: await openGazetteer() };

    // "Greater Noida" is a city, and so is "Grand Rapids" on a French page.
    const isArea = parts.some((part) => readAreaCentre(part, language) !== null && !isCity(part, context.find));
    if (isArea && !isCertain) return refineArea(location, location.default, context);
    if (parts.length === 1) {
        return location.country === null
            ? refineAlone(location, first, context)
            : refineWithin(location, first, location.country, context);
    }
    return isCertain && !isSharedName(parts)
        ? refineWithin(location, first, named, context)
        : refinePair(location, first, second, context);
}

/** "Greater Noida, Uttar Pradesh, India": a city, although its name looks like an area. */
function refineCity(location: Location, name: string, find: Gazetteer): Location {
    const { cities } = find(name);
    return cities.some(({ country }) => country === location.country) ? { ...location, city: name } : location;
}

/** "Prague, Czechia", "California, United States", "Mumbai, India". */
function refineWithin(location: Location, name: string, country: string, { language, find }: Context): Location {
    const entry = find(name);
    const cities = entry.cities.filter((city) => city.country === country);
    const [city] = cities;
    if (isRegion(name, country, find)) {
        // The name of a region means the region, unless a city of over a million in another region has it too: Buenos
        // Aires. It is the city as well when the region consists of the city only.
        const isDisputed = cities.some(
            ({ region, population }) => population >= 1_000_000 && !isRegionOf(region, entry.regions),
        );
        if (isDisputed) return { ...location, country };
        const isCity = cities.length === 1 && city?.isRegion === true;
        return { ...location, country, state: name, city: isCity ? name : null };
    }
    if (!city) return { ...location, country };
    // The gazetteer's region names are English.
    const regions = new Set(cities.map(({ region }) => region));
    const isEnglish = /^en\b/.test(language);
    return { ...location, country, city: name, state: isEnglish && regions.size === 1 ? city.region : null };
}

/** "Austin, Texas", "Mountain View, CA", "Atlanta, Georgia", "Tbilisi, Georgia", "Utrecht, NL". */
function refinePair(location: Location, first: string, second: string, context: Context): Location {
    const { language, find } = context;
    const isAllowed = (country: string): boolean => location.country === null || location.country === country;
    const here = find(first);
    const there = find(second);
    const isCode = /^[A-Z]{2,3}$/.test(second);
    const inRegions = [...(isCode ? there.codes : []), ...(isCode && second.length === 2 ? [] : there.regions)]
        .filter(({ country, name }) =>
            here.cities.some((city) => city.country === country && city.region === name && isAllowed(country)),
        )
        .map(({ country, name }): Location => ({ ...location, country, state: name, city: first }));
    const countries = [
        ...findCountries(second, language),
        ...(isCountryCode(second) ? [second] : []),
        ...(there.areaCountry === null ? [] : [there.areaCountry]),
    ];
    const inCountries = [...new Set(countries)]
        .filter(
            (country) =>
                isAllowed(country) && [...here.cities, ...here.regions].some((place) => place.country === country),
        )
        .map((country) => refineWithin(location, first, country, context));
    const readings = [...inRegions, ...inCountries];
    if (readings.length > 0) return readings.reduce(keepAgreed);
    return isCode ? location : refineLarger(location, second, context);
}

/** What two readings have in common: "Luxembourg, Luxembourg" is in the country and in the canton of that name. */
function keepAgreed(one: Location, other: Location): Location {
    if (one.country !== other.country) return { ...one, country: null, state: null, city: null };
    return {
        ...one,
        state: one.state === other.state ? one.state : null,
        city: one.city === other.city ? one.city : null,
    };
}

/** By the region or large city after an unknown name: "Nowhere Creek, Texas", "Soho, London". */
function refineLarger(location: Location, name: string, { find }: Context): Location {
    const { regions, cities } = find(name);
    const [region] = regions;
    if (location.country !== null) {
        const isHere = regions.some(({ country }) => country === location.country);
        return isHere ? { ...location, state: name } : location;
    }
    if (
        region &&
        regions.length === 1 &&
        cities.every((city) => city.country === region.country || city.population < thresholds.area.minPopulation)
    )
        return { ...location, country: region.country, state: name };
    const country = findDominant(cities, { minPopulation: 1_000_000, ratio: thresholds.alone.ratio });
    return regions.every((one) => one.country === country) ? { ...location, country } : location;
}

/** "Mumbai", "Texas": the country of the only region with this name, or of a city far larger than its namesakes. */
function refineAlone(location: Location, name: string, context: Context): Location {
    const { areaCountry, cities, regions } = context.find(name);
    const [region] = regions;
    if (areaCountry !== null) {
        const isOnlyThere = cities.every(({ country, population }) => country === areaCountry || population < 50_000);
        return isOnlyThere ? { ...location, country: areaCountry } : location;
    }
    const city = findDominant(cities, thresholds.alone);
    const others = cities.filter(({ population }) => population >= thresholds.area.minPopulation);
    const isOnly = region && regions.length === 1 && others.every(({ country }) => country === region.country);
    const country = isOnly ? region.country : city;
    const isDisputed = regions.some((one) => one.country !== country);
    return country === null || isDisputed ? location : refineWithin(location, name, country, context);
}

const isCity = (name: string, find: Gazetteer): boolean => find(name).cities.length > 0;

/** Region names with their kind. */
const regionForms = [
    /^(?:State|Province|Region|Canton|Governorate|Department|Emirate|Federal Territory) of (.+)$/i,
    /^(.+) (?:State|Province|Region|Canton|Governorate|Department|Emirate|District|County|Oblast|Krai|Voivodeship|Prefecture)$/i,
];

/** Whether a country has a region with this name: "Lagos", "Lagos State", "Province of Utrecht". */
function isRegion(name: string, country: string, find: Gazetteer): boolean {
    // A US county is part of a state, and often has the name of a state.
    const forms = country === 'US' ? [/^State of (.+)$/i, /^(.+) State$/i] : regionForms;
    const names = [name, ...forms.flatMap((form) => form.exec(name)?.[1] ?? [])];
    return names.some((one) => find(one).regions.some((region) => region.country === country));
}

const isRegionOf = (name: string | null, regions: readonly GazetteerRegion[]): boolean =>
    regions.some((region) => region.name === name);

/** "Greater Seattle Area": only the country, never a city. */
function refineArea(location: Location, text: string, context: Context): Location {
    if (location.country !== null) return location;
    return { ...location, country: findAreaCountry(text, context) };
}

function findAreaCountry(text: string, context: Context): string | null {
    const { find, language } = context;
    // "Greater Vancouver Area", and "Delhi NCR" unchanged.
    for (const name of [text, text.replace(/ (?:(?:metropolitan|metro|urban) )?(?:area|region)$/i, '')]) {
        const { areaCountry } = find(name);
        if (areaCountry !== null) return areaCountry;
    }
    const [region, ...others] = find(text).regions;
    if (region && others.length === 0) return region.country;
    const centre = readAreaCentre(text, language);
    if (centre === null) return null;
    // "Portland, Oregon Metropolitan Area".
    const [city, state, ...more] = splitPlace(centre, language);
    if (city && state && more.length === 0) {
        const country = findCountry(state, language);
        const nowhere = { country: null, state: null, city: null, default: null, short: null };
        return country ?? refinePair(nowhere, city, state, context).country;
    }
    return findCentreCountry(centre, find) ?? findPartsCountry(centre, find);
}

function findCentreCountry(centre: string, find: Gazetteer): string | null {
    for (const name of nameCentres(centre)) {
        const { areaCountry, cities, regions } = find(name);
        if (areaCountry !== null) return areaCountry;
        const country = findDominant(cities, thresholds.area);
        if (country !== null && regions.every((region) => region.country === country)) return country;
        const [region] = regions;
        if (region && regions.length === 1 && cities.every((city) => city.country === region.country))
            return region.country;
    }
    return null;
}

/** "Dallas-Fort Worth": one of them must be certain, and none may be in other countries only. */
function findPartsCountry(centre: string, find: Gazetteer): string | null {
    const parts = centre.split(/\s*[-–/&]\s*|\s+(?:and|und|et|y|e)\s+/).filter((part) => part !== '');
    if (parts.length < 2) return null;
    const countries = new Set(parts.flatMap((part) => findCentreCountry(part, find) ?? []));
    const [country] = countries;
    if (country === undefined || countries.size > 1) return null;
    const isThere = (part: string): boolean => {
        const { cities } = find(part);
        return cities.length === 0 || cities.some((city) => city.country === country);
    };
    return parts.every(isThere) ? country : null;
}

/** The country of a large city, if its namesakes in other countries are much smaller. */
function findDominant(
    cities: readonly GazetteerCity[],
    { minPopulation, ratio }: { minPopulation: number; ratio: number },
): string | null {
    const [largest] = cities.toSorted((one, other) => other.population - one.population);
    if (!largest || largest.population < minPopulation) return null;
    const isDominant = cities.every(
        ({ country, population }) => country === largest.country || population * ratio <= largest.population,
    );
    return isDominant ? largest.country : null;
}
