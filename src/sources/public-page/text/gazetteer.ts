import { readFile } from 'node:fs/promises';
import { foldName } from './fold-name.ts';

/** A city that bears a name. */
export type GazetteerCity = {
    country: string;
    /** The English name of the region of the first order it lies in; null where that is not known. */
    region: string | null;
    /** To the nearest thousand; 0 where that is not known. */
    population: number;
    /** Whether its region is nothing but the city, as Prague's is. */
    isRegion: boolean;
};

export type GazetteerRegion = { country: string; name: string };

/** All that bears a name. */
export type GazetteerEntry = {
    cities: GazetteerCity[];
    regions: GazetteerRegion[];
    /** Regions that have the name for a code in addresses ("CA", "NSW"). */
    codes: GazetteerRegion[];
    /** The country of an area that is named for no city ("Silicon Valley"). */
    areaCountry: string | null;
};

/** What the table knows of a name, which is compared as `foldName` says. */
export type Gazetteer = (name: string) => GazetteerEntry;

const nothing: GazetteerEntry = { cities: [], regions: [], codes: [], areaCountry: null };

/** Made by `build-gazetteer.mjs`, which tells what is in it; beside this file, and beside what is built of it. */
const tableFile = new URL('gazetteer.tsv', import.meta.url);

let opening: Promise<Gazetteer> | null = null;

/**
 * The cities of more than a thousand people and the regions of the first order, all from GeoNames (CC BY 4.0). Read at
 * the first call, 3 MB, and kept as it is: a name is looked for among its lines by halving.
 */
export function openGazetteer(): Promise<Gazetteer> {
    opening ??= readFile(tableFile).then(readTable);
    return opening;
}

const lineFeed = 0x0a;
const tab = 0x09;

function readTable(bytes: Buffer): Gazetteer {
    const namesAt = bytes.indexOf(lineFeed) + 1;
    const start = bytes.indexOf(lineFeed, namesAt) + 1;
    const regionNames = JSON.parse(bytes.toString('utf8', namesAt, start)) as string[];

    function findLine(name: Buffer): string | null {
        let [from, to] = [start, bytes.length];
        while (from < to) {
            const middle = (from + to) >> 1;
            const lineAt = Math.max(from, bytes.lastIndexOf(lineFeed, middle - 1) + 1);
            const lineEnd = bytes.indexOf(lineFeed, lineAt);
            const nameEnd = bytes.indexOf(tab, lineAt);
            const order = bytes.compare(name, 0, name.length, lineAt, nameEnd);
            if (order === 0) return bytes.toString('utf8', nameEnd + 1, lineEnd);
            if (order < 0) from = lineEnd + 1;
            else to = lineAt;
        }
        return null;
    }

    function readEntry(line: string): GazetteerEntry {
        const entry: GazetteerEntry = { cities: [], regions: [], codes: [], areaCountry: null };
        for (const part of line.split(' ')) {
            const [, kind, country = '', number = '', size = '', whole] =
                /^([crpa])([A-Z]{2})(-|\d*)(?::(\d+)(w?))?$/.exec(part) ?? [];
            const name = regionNames[Number(number)] ?? null;
            if (kind === 'c')
                entry.cities.push({ country, region: name, population: Number(size) * 1000, isRegion: whole === 'w' });
            else if (kind === 'a') entry.areaCountry = country;
            else if (name !== null) entry[kind === 'p' ? 'codes' : 'regions'].push({ country, name });
        }
        return entry;
    }

    return (name) => {
        const folded = foldName(name);
        const line = folded === '' ? null : findLine(Buffer.from(folded));
        return line === null ? nothing : readEntry(line);
    };
}
