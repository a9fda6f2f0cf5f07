import { parseHandle, reject } from '../../enrichment/profile-url.ts';
import { isColumnName, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';
import { describeChoice } from './describe-choice.ts';
import { decodeText } from './decode-text.ts';
import {
    maxEntries,
    refuse,
    toLines,
    withParsing,
    type ListEntry,
    type ListResult,
    type ReadOptions,
} from './list-entry.ts';
import { parseDelimited } from './parse-delimited.ts';
import { parseJsonText } from './parse-json.ts';
import { hasProfileAddress, readAddresses } from './read-addresses.ts';
import { readRecords, type PlacedRecord } from './read-records.ts';
import { readTable } from './read-table.ts';

const maxHeadingLength = 1000;
const tooManyLines = 'has more than 300,000 lines; split it';

/**
 * Reads a file as people have their lists: one address a line, a table with any delimiter, or JSON of any shape, in
 * whatever charset. Pure but for loading the parser of tables; time and memory are linear in the size of the file.
 */
export async function readList(bytes: Uint8Array, contentType: string, options: ReadOptions = {}): Promise<ListResult> {
    const decoded = decodeText(bytes, contentType);
    if (decoded === null) return refuse('is not a text, CSV or JSON file; save it as CSV and link that');
    const result = await readText(decoded.text, options);
    if (!result.ok || decoded.guessedCharset === null) return result;
    const hasLetters = result.reading.entries.some(
        (entry) => entry.kind === 'line' && /[^\p{ASCII}]/u.test(entry.handle ?? ''),
    );
    const note = ` is not in UTF-8 and was read as ${decoded.guessedCharset}: save it as UTF-8 if letters of its addresses are wrong.`;
    if (hasLetters) result.reading.notes.push(note);
    return result;
}

/** Reads the elements of a list, as a field of the input or a JSON file holds them: texts, objects, lists of cells. */
export async function readElements(elements: readonly unknown[], options: ReadOptions = {}): Promise<ListResult> {
    if (elements.length > maxEntries) return refuse(tooManyLines);
    const filled = elements.filter((element) => element !== '');
    if (filled.length > 0 && filled.every(isRowOfCells)) {
        const rows = elements.map((row) => (Array.isArray(row) ? row.map(toCell) : []));
        return readTable(rows, options);
    }
    const texts = elements.map((element) => (typeof element === 'string' ? element : ''));
    const heading = findHeading(texts);
    if (heading?.isTable && texts.length === elements.length && !texts.some((text) => text.includes('\n'))) {
        return readTable(
            texts.map((text) => text.split('\t').map((cell) => cell.trim())),
            options,
        );
    }
    const entries: ListEntry[] = [];
    const records: PlacedRecord[] = [];
    const isAlone = elements.length === 1;
    for (const [place, element] of elements.entries()) {
        const line = place + 1;
        if (place === heading?.place || element === '') continue;
        if (typeof element === 'string') await readElement(element, { ...options, line, isAlone, entries });
        else if (typeof element === 'object' && element !== null) records.push({ line, record: element });
        else entries.push(...toLines(line, [{ url: String(element), parsing: reject('notAUrl') }]));
    }
    const result = records.length > 0 ? readRecords(records, options) : null;
    if (result?.ok === false) return result;
    const ofRecords = result?.reading ?? null;
    const all = ofRecords ? mergeEntries(entries, ofRecords.entries) : entries;
    return {
        ok: true,
        reading: {
            entries: heading?.meaning === 'handle' ? all.map(readWord) : all,
            columns: ofRecords?.columns ?? [],
            names: ofRecords?.names ?? [],
            isAddressless: ofRecords?.isAddressless === true && all.every(({ kind }) => kind === 'left_out'),
            hasNamedColumn: ofRecords?.hasNamedColumn ?? options.urlColumn === undefined,
            heading: heading?.meaning ?? null,
            notes: ofRecords?.notes ?? [],
        },
    };
}

/** A line that is a word, read as the handle that it is. */
export function readWord(entry: ListEntry): ListEntry {
    const isWord = entry.kind === 'line' && entry.rejection?.kind === 'bareWord';
    return isWord ? withParsing(entry, parseHandle(entry.url)) : entry;
}

/** A line of a list of handles: a word is one, several with commas between them are lines of their own. */
export function readHandles(entry: ListEntry): ListEntry[] {
    if (entry.kind !== 'line' || !/^(?:bareWord|notAUrl)$/.test(entry.rejection?.kind ?? '')) return [entry];
    const parts = entry.url.split(/[,;]/).map((part) => part.trim());
    const areHandles = parts.every((part) => parseHandle(part).ok);
    // `Example, Ada` is somebody's name.
    if (parts.length > 1 && areHandles && !/\p{Lu}/u.test(entry.url)) {
        return parts.map((part) => withParsing(entry, parseHandle(part), part));
    }
    return [withParsing(entry, parseHandle(entry.url))];
}

async function readText(given: string, options: ReadOptions): Promise<ListResult> {
    const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    if (/^\s*<(?:!doctype|html|head|body)\b/i.test(text)) {
        return refuse('is a web page, not a text or CSV file; share it so that anyone with the link can read it');
    }
    if (/^\s*<\?xml\b/i.test(text)) return refuse('is an XML file; save it as CSV and link that');
    const json = parseJsonText(text);
    if (json)
        return json.ok
            ? readJson(json.value, options)
            : refuse('begins like JSON, but cannot be read as such; look for a missing quote, comma or bracket');
    if (hasTooManyLines(text)) return refuse(tooManyLines);
    const rows = await parseDelimited(text);
    return rows ? readTable(rows, options) : readLines(text.split('\n'), options);
}

function hasTooManyLines(text: string): boolean {
    let count = 0;
    for (let place = text.indexOf('\n'); place >= 0 && count <= maxEntries; place = text.indexOf('\n', place + 1))
        count += 1;
    return count > maxEntries;
}

/** A plain list: a line is an element, comments are none, and so is a word above addresses that says what they are. */
async function readLines(lines: readonly string[], options: ReadOptions): Promise<ListResult> {
    const kept = lines.map((line) => (line.trimStart().startsWith('#') ? '' : line.trim()));
    const first = kept.findIndex((line) => line !== '');
    const others = kept.slice(first + 1).filter((line) => line !== '');
    const supposed = kept[first] ?? '';
    const isHeader =
        /^\p{L}[\p{L}\p{M}\s]*$/u.test(supposed) &&
        readColumnName(supposed) === null &&
        others.filter(hasProfileAddress).length > others.length / 2;
    const result = await readElements(isHeader ? kept.with(first, '') : kept, options);
    if (!result.ok) return result;
    const { entries, notes } = result.reading;
    if (isHeader)
        notes.push(
            ...describeChoice({ index: 0, isHandles: false, others: [] }, [supposed], {
                isNamed: true,
                isSupposed: true,
            }),
        );
    for (const [place, line] of lines.entries()) {
        if (!line.trimStart().startsWith('#') || !hasProfileAddress(line)) continue;
        entries.push({
            kind: 'left_out',
            line: place + 1,
            reason: 'This line is a comment: it begins with `#`.',
            columns: {},
        });
    }
    entries.sort((one, other) => one.line - other.line);
    return result;
}

/** Adds what one element of a list or line of a file asks for: an address or several, JSON, or a whole list in one text. */
async function readElement(
    text: string,
    { line, isAlone, entries, ...options }: ReadOptions & { line: number; isAlone: boolean; entries: ListEntry[] },
): Promise<void> {
    const isWhole = /[\r\n]/.test(text.trim()) || parseJsonText(text)?.ok === true;
    const result = isWhole ? await readText(text, options) : null;
    const found = result?.ok ? result.reading.entries : toLines(line, readAddresses(text));
    for (const entry of found) entries.push(isAlone ? entry : { ...entry, line });
}

/** Both in the order of their places in the list. */
function mergeEntries(texts: ListEntry[], records: ListEntry[]): ListEntry[] {
    return texts.length === 0 ? records : [...texts, ...records].sort((one, other) => one.line - other.line);
}

/** The elements of a JSON document: a list's, those of a table that is a list of lists, or the one that it is. */
function readJson(value: unknown, options: ReadOptions): Promise<ListResult> {
    if (Array.isArray(value)) return readElements(value, options);
    const fields = typeof value === 'object' && value !== null ? Object.values(value) : [];
    const grid = fields.find((field) => Array.isArray(field) && field.length > 0 && field.every(isRowOfCells)) as
        | unknown[]
        | undefined;
    if (grid) return readElements(grid, options);
    const isListOfTexts =
        fields.length > 1 && fields.every((field) => typeof field === 'string' && hasProfileAddress(field));
    const isNamed = isListOfTexts && Object.keys(value as object).some((key) => readColumnName(key) !== null);
    return readElements(isListOfTexts && !isNamed ? fields : [value], options);
}

type Heading = { place: number; meaning: ColumnMeaning; isTable: boolean };

/**
 * The text above a list that says what it holds: it is no line. A word for something else is one only above addresses;
 * above words it says that they are no handles.
 */
function findHeading(texts: readonly string[]): Heading | { place: -1; meaning: ColumnMeaning; isTable: false } | null {
    const place = texts.findIndex((text) => text.trim() !== '');
    const others = texts.slice(place + 1).filter((text) => text.trim() !== '');
    const text = texts[place];
    if (text === undefined || text.length > maxHeadingLength || others.length === 0) return null;
    const cells = text
        .split(/[\t;,|]/)
        .map((cell) => cell.trim())
        .filter(Boolean);
    if (isNameWithExample(text)) return { place, meaning: 'linkedin', isTable: false };
    if (!cells.every(isColumnName)) return null;
    const meanings = cells.map(readColumnName);
    const meaning =
        (['linkedin', 'link', 'handle'] as const).find((one) => meanings.includes(one)) ??
        meanings.find((one) => one !== null);
    if (!meaning) return null;
    const isOfList = meaning === 'linkedin' || meaning === 'link' || meaning === 'handle';
    if (!isOfList && !others.some(hasProfileAddress)) return { place: -1, meaning, isTable: false };
    const width = text.split('\t').length;
    const sameWidth = others.filter((other) => other.split('\t').length === width).length;
    return { place, meaning, isTable: width > 1 && sameWidth > others.length / 2 };
}

function isRowOfCells(value: unknown): boolean {
    return Array.isArray(value) && value.every((cell) => cell === null || typeof cell !== 'object');
}

function toCell(value: unknown): string {
    if (value === null || value === undefined) return '';
    return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
