import { reject } from '../../../enrichment/profile-url/profile-url.ts';
import { decodeText } from './decode-text.ts';
import { parseJsonText } from './parse-json.ts';
import { readRecords, type PlacedRecord } from './read-records.ts';
import {
    maxEntries,
    readWord,
    refuse,
    toLines,
    type ListEntry,
    type ListReading,
    type ListResult,
} from './list-entry.ts';
import { hasProfileAddress, readAddresses } from './read-addresses.ts';
import { describeSupposedHeader } from './table/choose-column.ts';
import { isColumnName, isNameWithExample, readColumnName, type ColumnMeaning } from './table/column-names.ts';
import { countBreaks, parseDelimited } from './table/parse-delimited.ts';
import { readTable } from './table/read-table.ts';

const tooManyLinesProblem = 'has more than 300,000 lines; split it';

/**
 * Reads a list file: one address per line, a table with any delimiter, or JSON of any shape, in any charset.
 * `urlColumn` is the header of the column, or the JSON path, with the addresses. Pure except for loading the table
 * parser; time and memory are linear in the file size.
 */
export async function readList(bytes: Uint8Array, contentType: string, urlColumn?: string): Promise<ListResult> {
    const decoded = decodeText(bytes, contentType);
    if (decoded === null) return refuse('is not a text, CSV or JSON file; save it as CSV and link that');
    const result = await readText(decoded.text, urlColumn);
    if (!result.ok || decoded.guessedCharset === null) return result;
    const hasLetters = result.entries.some(
        (entry) => entry.kind === 'line' && /[^\p{ASCII}]/u.test(entry.handle ?? ''),
    );
    const note = ` is not in UTF-8 and was read as ${decoded.guessedCharset}: save it as UTF-8 if letters of its addresses are wrong.`;
    if (hasLetters) result.notes.push(note);
    return result;
}

/** Reads the elements of a list from an input field or a JSON file: texts, objects, or rows of cells. */
export async function readElements(elements: readonly unknown[], urlColumn?: string): Promise<ListResult> {
    if (elements.length > maxEntries) return refuse(tooManyLinesProblem);
    const filled = elements.filter((element) => element !== '');
    if (filled.length > 0 && filled.every(isRowOfCells)) {
        const rows = elements.map((row) => (Array.isArray(row) ? row.map(toCell) : []));
        return readTable(rows, urlColumn);
    }
    const texts = elements.map((element) => (typeof element === 'string' ? element : ''));
    const heading = findHeading(texts);
    if (heading?.isTable && !texts.some((text) => text.includes('\n'))) {
        const rows = texts.map((text) => text.split('\t').map((cell) => cell.trim()));
        return readTable(rows, urlColumn);
    }
    const entries: ListEntry[] = [];
    const records: PlacedRecord[] = [];
    const inner: ListReading[] = [];
    for (const [place, element] of elements.entries()) {
        const line = place + 1;
        if (place === heading?.place || element === '') continue;
        if (typeof element === 'string') {
            // A text may itself be a list: several lines, or JSON.
            const isList = /[\r\n]/.test(element.trim()) || parseJsonText(element)?.ok === true;
            const whole = isList ? await readText(element, urlColumn) : null;
            if (whole?.ok && filled.length === 1) return whole;
            if (whole?.ok) inner.push(whole);
            const found = whole?.ok ? whole.entries : toLines(line, readAddresses(element));
            for (const entry of found) entries.push(whole ? { ...entry, line } : entry);
        } else if (typeof element === 'object' && element !== null) records.push({ line, record: element });
        else entries.push(...toLines(line, [{ url: String(element), parsing: reject('notAUrl') }]));
    }
    if (records.length > 0) {
        const result = readRecords(records, urlColumn);
        if (!result.ok) return result;
        inner.push(result);
        for (const entry of result.entries) entries.push(entry);
        if (entries.length > result.entries.length) entries.sort((one, other) => one.line - other.line);
    }
    return {
        ok: true,
        entries: heading?.meaning === 'handle' ? entries.map(readWord) : entries,
        columns: [...new Set(inner.flatMap(({ columns }) => columns))],
        names: [...new Set(inner.flatMap(({ names }) => names))],
        isAddressless: inner.some((one) => one.isAddressless) && entries.every(({ kind }) => kind === 'left_out'),
        hasNamedColumn: urlColumn === undefined || inner.some((one) => one.hasNamedColumn),
        heading: heading?.meaning ?? null,
        notes: inner.flatMap(({ notes }) => notes),
    };
}

const maxHeadingLength = 1000;

/**
 * Finds the heading above a list, which is not a line. A word for something else is a heading only above addresses;
 * above words it is a line itself (`place` is -1), and says that the words are not handles. `isTable`: the texts are
 * rows of a spreadsheet, with cells separated by tabs.
 */
function findHeading(texts: readonly string[]): { place: number; meaning: ColumnMeaning; isTable: boolean } | null {
    const place = texts.findIndex((text) => text.trim() !== '');
    const others = texts.slice(place + 1).filter((text) => text.trim() !== '');
    const text = texts[place];
    if (text === undefined || text.length > maxHeadingLength || others.length === 0) return null;
    if (isNameWithExample(text)) return { place, meaning: 'linkedin', isTable: false };
    const cells = text
        .split(/[\t;,|]/)
        .map((cell) => cell.trim())
        .filter(Boolean);
    if (!cells.every(isColumnName)) return null;
    const meanings = cells.map(readColumnName);
    const ofList = (['linkedin', 'link', 'handle'] as const).find((one) => meanings.includes(one));
    const meaning = ofList ?? meanings.find((one) => one !== null);
    if (!meaning) return null;
    if (!ofList && !others.some(hasProfileAddress)) return { place: -1, meaning, isTable: false };
    const width = text.split('\t').length;
    const sameWidth = others.filter((other) => other.split('\t').length === width).length;
    return { place, meaning, isTable: width > 1 && sameWidth > others.length / 2 };
}

async function readText(given: string, urlColumn: string | undefined): Promise<ListResult> {
    const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    if (/^\s*<(?:!doctype|html|head|body)\b/i.test(text)) {
        return refuse('is a web page, not a text or CSV file; share it so that anyone with the link can read it');
    }
    if (/^\s*<\?xml\b/i.test(text)) return refuse('is an XML file; save it as CSV and link that');
    const json = parseJsonText(text);
    if (json?.ok) return readJson(json.value, urlColumn);
    if (json) return refuse('starts like JSON but is not valid JSON; look for a missing quote, comma or bracket');
    if (countBreaks(text) > maxEntries) return refuse(tooManyLinesProblem);
    const rows = await parseDelimited(text);
    return rows ? readTable(rows, urlColumn) : readLines(text.split('\n'), urlColumn);
}

/** Reads a plain list. Comments are skipped, and so is a heading above addresses. */
async function readLines(lines: readonly string[], urlColumn: string | undefined): Promise<ListResult> {
    const kept = lines.map((line) => (line.trimStart().startsWith('#') ? '' : line.trim()));
    const first = kept.findIndex((line) => line !== '');
    const others = kept.slice(first + 1).filter((line) => line !== '');
    const supposed = kept[first] ?? '';
    const isHeader =
        /^\p{L}[\p{L}\p{M}\s]*$/u.test(supposed) &&
        readColumnName(supposed) === null &&
        others.filter(hasProfileAddress).length > others.length / 2;
    const result = await readElements(isHeader ? kept.with(first, '') : kept, urlColumn);
    if (!result.ok) return result;
    const { entries, notes } = result;
    if (isHeader) notes.push(describeSupposedHeader(supposed));
    for (const [place, line] of lines.entries()) {
        if (!line.trimStart().startsWith('#') || !hasProfileAddress(line)) continue;
        const reason = 'This line is a comment: it starts with `#`.';
        entries.push({ kind: 'left_out', line: place + 1, reason, columns: {} });
    }
    entries.sort((one, other) => one.line - other.line);
    return result;
}

/** Reads a JSON document: the elements of a list, of an object that holds a table, or the object itself. */
function readJson(value: unknown, urlColumn: string | undefined): Promise<ListResult> {
    if (Array.isArray(value)) return readElements(value, urlColumn);
    const fields = typeof value === 'object' && value !== null ? Object.values(value) : [];
    const grid = fields.find((field) => Array.isArray(field) && field.length > 0 && field.every(isRowOfCells)) as
        | unknown[]
        | undefined;
    if (grid) return readElements(grid, urlColumn);
    const isListOfTexts =
        fields.length > 1 && fields.every((field) => typeof field === 'string' && hasProfileAddress(field));
    const isNamed = isListOfTexts && Object.keys(value as object).some((key) => readColumnName(key) !== null);
    return readElements(isListOfTexts && !isNamed ? fields : [value], urlColumn);
}

function isRowOfCells(value: unknown): boolean {
    return Array.isArray(value) && value.every((cell) => cell === null || typeof cell !== 'object');
}

function toCell(value: unknown): string {
    if (value === null || value === undefined) return '';
    return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
