/** What a linked file holds. */
export type ListReading = {
    /** One for each row that has anything to take. */
    lines: string[];
    /** How many rows hold no profile where the other rows hold theirs. */
    leftOutCount: number;
    /** A first row that was taken for the header although its words are not known; null when there is none. */
    supposedHeader: string | null;
};

/** Words that a column of addresses is headed with. */
const headerWords = new Set(
    (
        'url urls link links profile profiles linkedin linkedinurl profileurl handle handles name person people contact ' +
        'member public id address website page web site href profil profile perfil profilo profiel lien enlace'
    ).split(' '),
);

const profileLink = /linkedin\.c(?:om|n)\/(?:[^?#]*\/)?(?:in|pub)\//i;
const anyLink = /linkedin\.c(?:om|n)(?:\/|$)/i;

/**
 * The lines of a linked text, CSV or JSON file. A row of the file gives one line at most: the first cell with a profile's
 * address, else what stands in the column where the other rows have theirs. Where no row has one, the first cell that is
 * not empty. A first row that heads its column is no line, and blank rows are none either.
 */
export async function readList(text: string): Promise<ListReading> {
    const plain = text.replace(/^\uFEFF/, '');
    const rows = (readJsonRows(plain) ?? (await readTextRows(plain))).filter((cells) => cells.some(Boolean));
    const column = findLinkColumn(rows);
    const picked = rows.map((cells) => pickCell(cells, column));
    const header = findHeader(picked);
    const lines = picked.slice(header === null ? 0 : 1).filter((line) => line !== undefined);
    return {
        lines,
        leftOutCount: picked.length - lines.length - (header === null ? 0 : 1),
        supposedHeader: header === null || isHeaderText(header) ? null : header,
    };
}

/** The column that holds the most profile addresses; -1 when there is not one in the file. */
function findLinkColumn(rows: string[][]): number {
    const counts: number[] = [];
    for (const cells of rows) {
        const column = cells.findIndex((cell) => profileLink.test(cell));
        if (column >= 0) counts[column] = (counts[column] ?? 0) + 1;
    }
    // The holes of the list are columns without one: forEach passes them over.
    let best = -1;
    counts.forEach((count, column) => {
        if (best < 0 || count > (counts[best] ?? 0)) best = column;
    });
    return best;
}

function pickCell(cells: string[], column: number): string | undefined {
    const link = cells.find((cell) => profileLink.test(cell));
    if (link !== undefined) return link;
    if (column >= 0) return cells[column] || undefined;
    return cells.find((cell) => anyLink.test(cell)) ?? cells.find((cell) => cell !== '');
}

/**
 * The first row's cell, when it heads the column: by its words, or because it is plain letters where most other rows have
 * an address. It would be taken for somebody's handle otherwise, fetched and charged.
 */
function findHeader([first, ...others]: Array<string | undefined>): string | null {
    if (first === undefined || anyLink.test(first)) return null;
    if (isHeaderText(first)) return first;
    const linkCount = others.filter((line) => line !== undefined && profileLink.test(line)).length;
    return linkCount > others.length / 2 && /^[\p{L}\p{M}\s]+$/u.test(first) ? first : null;
}

function isHeaderText(text: string): boolean {
    const findWords = (spaced: string) => spaced.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
    const isHeading = (words: string[]) =>
        /[\s_]/.test(text)
            ? words.some((word) => headerWords.has(word))
            : words.length > 0 && words.every((word) => headerWords.has(word));
    return isHeading(findWords(text)) || isHeading(findWords(text.replace(/([a-z])([A-Z])/g, '$1 $2')));
}

/** JSON: a list of texts or of objects, alone or as a field of an object, or one object a line. Null when it is not. */
function readJsonRows(text: string): string[][] | null {
    if (!/^\s*[[{]/.test(text)) return null;
    const value =
        parseJson(text) ??
        parseJson(
            `[${text
                .trim()
                .split(/\s*\n\s*/)
                .join(',')}]`,
        );
    if (value === undefined) return null;
    const list: unknown[] = Array.isArray(value)
        ? value
        : (Object.values(value as object).find((field) => Array.isArray(field)) ?? [value]);
    const entries = list.map((entry) => (typeof entry === 'object' && entry !== null ? entry : { entry }));
    const names = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
    return entries.map((entry) => names.map((name) => readJsonCell((entry as Record<string, unknown>)[name])));
}

function readJsonCell(value: unknown): string {
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** The rows of a text or CSV file. Where quotes do not pair, each line is a row of its own. */
async function readTextRows(text: string): Promise<string[][]> {
    const plain = text.replace(/\r\n?/g, '\n');
    const delimiter = findDelimiter(plain);
    if (delimiter === null) return plain.split('\n').map((line) => [line.trim()]);
    const { parse } = await import('csv-parse/sync');
    try {
        const form = { delimiter, record_delimiter: '\n', relax_column_count: true, relax_quotes: true, trim: true };
        const rows: string[][] = parse(plain, form);
        // Two stray quotes far apart would make one cell of all the lines between them.
        const isBroken = rows.some((cells) => cells.some((cell) => cell.includes('\n') && profileLink.test(cell)));
        if (!isBroken) return rows;
    } catch {
        // The same as the stray quotes.
    }
    return plain.split('\n').map((line) => line.split(delimiter).map((cell) => cell.trim()));
}

/** What separates the cells: the candidate in the most lines; null when no line has one, as in a plain list. */
function findDelimiter(text: string): string | null {
    const lines = text.split('\n');
    const counts = ['\t', ';', ','].map((mark) => ({
        mark,
        count: lines.filter((line) => line.includes(mark)).length,
    }));
    const best = counts.toSorted((one, other) => other.count - one.count)[0];
    return best && best.count > 0 ? best.mark : null;
}
