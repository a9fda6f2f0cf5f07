import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveLocation } from '../../../../src/sources/public-page/text/places.ts';
import { refineLocation } from '../../../../src/sources/public-page/text/refine-location.ts';
import { places } from '../../../fixtures/places.ts';
import { openGazetteer } from '../../../../src/sources/public-page/text/gazetteer.ts';

const tableFile = new URL('../../../../src/sources/public-page/text/gazetteer.tsv', import.meta.url);

async function refine(text: string, language: string) {
    const { country, state, city } = await refineLocation(resolveLocation(text, { language }), language);
    return [country, state, city];
}

describe('a location with the gazetteer', () => {
    it.each([
        // A city that is a region of its own.
        ['Prague, Czechia', 'en', ['CZ', 'Prague', 'Prague']],
        ['Vienna, Austria', 'en', ['AT', 'Vienna', 'Vienna']],
        ['Berlin, Germany', 'en', ['DE', 'Berlin', 'Berlin']],
        // A region with a city of the same name: only the region is certain.
        ['São Paulo, Brasil', 'pt-BR', ['BR', 'São Paulo', null]],
        ['New York, United States', 'en', ['US', 'New York', null]],
        ['California, United States', 'en', ['US', 'California', null]],
        ['Bavaria, Germany', 'en', ['DE', 'Bavaria', null]],
        ['Dubai, United Arab Emirates', 'en', ['AE', 'Dubai', null]],
        // A city with a unique name in its country.
        ['Munich, Germany', 'en', ['DE', 'Bavaria', 'Munich']],
        ['Mumbai, India', 'en', ['IN', 'Maharashtra', 'Mumbai']],
        ['Paris, France', 'en', ['FR', 'Île-de-France', 'Paris']],
        ['Krakow, Poland', 'en', ['PL', 'Lesser Poland', 'Krakow']],
        ['Köln, Deutschland', 'de', ['DE', null, 'Köln']],
        ['Singapore, Singapore', 'en', ['SG', null, 'Singapore']],
        // Several cities with the name: the region is uncertain.
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
        ['San Francisco Bay Area', 'en', ['US', null, null]],
        ['Paris und Umgebung', 'de', ['FR', null, null]],
        ['Greater Paris Metropolitan Region', 'en', ['FR', null, null]],
        // A single name.
        ['Mumbai', 'en', ['IN', 'Maharashtra', 'Mumbai']],
        ['Berlin', 'en', ['DE', 'Berlin', 'Berlin']],
        ['Springfield', 'en', [null, null, null]],
        ['Remote', 'en', [null, null, null]],
        ['Earth', 'en', [null, null, null]],
        // Names in other languages.
        ['München, Deutschland', 'de', ['DE', null, 'München']],
        ['東京, 日本', 'ja', ['JP', null, '東京']],
        ['Nowhere, Atlantis', 'en', [null, null, null]],
    ])('resolves %s (%s) as far as it is unambiguous', async (text, language, expected) => {
        await expect(refine(text, language)).resolves.toEqual(expected);
    });
});

describe('a corpus of locations', () => {
    const lines = Object.entries(places).flatMap(([language, list]) =>
        list
            .trim()
            .split('\n')
            .map((line) => {
                const [text = '', truth = ''] = line.trim().split(' = ');
                const expected = truth.split(', ').map((part) => (part === '-' ? null : part));
                return { language, text, expected };
            }),
    );

    it('is resolved without errors, and without a country for at most 15 of 100 that have one', async () => {
        expect(lines.length).toBeGreaterThanOrEqual(250);
        expect(Object.keys(places).length).toBeGreaterThanOrEqual(15);
        const wrong: string[] = [];
        const empty: string[] = [];
        for (const { language, text, expected } of lines) {
            const read = await refine(text, language);
            if (read.some((part, place) => part !== null && part !== expected[place]))
                wrong.push(`${language} ${text}: ${read.join(', ')}`);
            if (read[0] === null && expected[0] !== null) empty.push(`${language} ${text}`);
        }
        console.log(`places: ${lines.length}, wrong ${wrong.length}, without their country ${empty.length}`);
        expect(wrong).toEqual([]);
        expect(empty.length).toBeLessThanOrEqual(lines.length * 0.15);
    });
});

describe('openGazetteer', () => {
    it('finds nothing for unknown names, and for names of object properties', async () => {
        const find = await openGazetteer();
        for (const name of ['', ' ', 'Nowhere at all', 'constructor', '__proto__', 'zzzzzz', '\uffff'])
            expect(find(name)).toEqual({ cities: [], regions: [], codes: [], areaCountry: null });
    });

    it('finds the first and last name of its table, and names in any spelling', async () => {
        const find = await openGazetteer();
        const table = readFileSync(tableFile, 'utf8').trimEnd().split('\n').slice(2);
        for (const line of [table[0], table[1], table.at(-1)]) {
            const { cities, regions, codes, areaCountry } = find(line?.split('\t')[0] ?? '');
            expect(cities.length + regions.length + codes.length + (areaCountry === null ? 0 : 1)).toBeGreaterThan(0);
        }
        expect(find('ÎLE–DE–FRANCE').regions).toEqual([{ country: 'FR', name: 'Île-de-France' }]);
        expect(find('St Louis').cities.length).toBe(find('Saint Louis').cities.length);
    });

    it('has the current names of regions', async () => {
        const find = await openGazetteer();
        expect(find('Bengaluru').cities).toContainEqual(
            expect.objectContaining({ country: 'IN', region: 'Karnataka' }),
        );
        expect(find('Hanoi').regions).toEqual([{ country: 'VN', name: 'Hanoi' }]);
    });
});
