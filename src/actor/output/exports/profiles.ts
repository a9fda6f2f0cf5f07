import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamedList, RestLine } from '../../input/lines/run-lines.ts';
import type { Row } from '../../ledger/row.ts';
import type { OpenUpload, RecordUpload } from '../../platform/open-upload.ts';
import { byteOrderMark, formatCells, formatLine, lineEnd } from './csv.ts';
import { createLineOutcomes, type ListedLine, type OutcomeSources } from './line-outcomes.ts';
import { chooseColumns, readCells, type ColumnChoice } from './profile-columns.ts';

/** Characters buffered before a write. */
const pieceLength = 256 * 1024;

export type ProfileSources = OutcomeSources & {
    /** The stored rows, in any order. */
    pages: AsyncIterable<Row[]>;
    /** The lines after those of the run, page by page. */
    readRest: () => AsyncIterable<RestLine[]>;
    columns: ColumnChoice;
    /** Called with every row. */
    onRow: (row: Row) => void;
};

/**
 * Writes the caller's list with the results beside each line as a CSV table, and the rows as JSON lines, both in list
 * order. Rows are buffered on disk, so that only one page is in memory. Rejects when a record cannot be written.
 */
export async function writeProfiles(sources: ProfileSources, openUpload: OpenUpload): Promise<void> {
    const { runLines, pages, onRow } = sources;
    const { format } = sources.columns;
    const columns = chooseColumns(sources.columns, runLines.lists.length > 1);
    const names = columns.map(([name]) => name);
    const outcomes = createLineOutcomes(sources);
    const list = describeList(runLines.lists, names);
    const cells = openRowSpool();
    const items = openRowSpool();
    const csv = openUpload('profiles.csv', 'text/csv; charset=utf-8');
    const jsonLines = openUpload('profiles.jsonl', 'application/jsonl; charset=utf-8');
    try {
        for await (const rows of pages) {
            for (const row of rows) {
                onRow(row);
                const line = { ...outcomes.ofRow(row), url: row.url, row };
                items.add(row.input_index, JSON.stringify(row));
                if (isExported(line.status)) cells.add(row.input_index, formatCells(readCells(columns, line)));
            }
        }
        await Promise.all([
            csv.write(`${byteOrderMark}${formatLine([...list.names, ...names])}`),
            writePieces(csv, readCsvLines()),
            writePieces(jsonLines, readJsonLines()),
        ]);
        await Promise.all([csv.end(), jsonLines.end()]);
    } catch (error) {
        csv.abandon();
        jsonLines.abandon();
        throw error;
    } finally {
        cells.close();
        items.close();
    }

    /** HubSpot gets only profiles found: a contact without a name is useless. */
    function isExported(status: string): boolean {
        return format !== 'hubspot' || status === 'success';
    }

    async function* readCsvLines(): AsyncGenerator<string> {
        for await (const { line, reason } of outcomes.inListOrder(sources.readRest())) {
            const ours =
                (line.inputIndex === null ? null : cells.read(line.inputIndex)) ?? readWithoutRow(line, reason);
            if (ours !== null) yield `${formatCells(list.readCells(line))},${ours}${lineEnd}`;
        }
    }

    function readWithoutRow(line: ListedLine, reason: string | null): string | null {
        if (format === 'hubspot') return null;
        return formatCells(readCells(columns, { ...outcomes.ofLine(line, reason), url: line.url, row: null }));
    }

    function* readJsonLines(): Generator<string> {
        for (const { inputIndex } of runLines.lines) {
            const item = items.read(inputIndex);
            if (item !== null) yield `${item}\n`;
        }
    }
}

/** The leading columns: the position of the line, and the columns of its list. */
function describeList(lists: readonly NamedList[], ours: readonly string[]) {
    const isOne = lists.length <= 1;
    const own = [...new Set(lists.flatMap(({ columns }) => columns))];
    const places = isOne ? ['line'] : ['list', 'line'];
    const taken = new Set([...places, ...ours]);
    const names = own.map((column) => {
        const name = taken.has(column) ? `${column} (list)` : column;
        let unique = name;
        for (let number = 2; taken.has(unique); number += 1) unique = `${name} ${number}`;
        taken.add(unique);
        return unique;
    });
    return {
        names: [...places, ...names],
        readCells: ({ list, line, columns }: ListedLine) => [
            ...(isOne ? [] : [lists[list]?.name ?? '']),
            line,
            ...own.map((column) => (Object.hasOwn(columns, column) ? columns[column] : null)),
        ],
    };
}

async function writePieces(upload: RecordUpload, texts: Iterable<string> | AsyncIterable<string>): Promise<void> {
    let piece = '';
    for await (const text of texts) {
        piece += text;
        if (piece.length < pieceLength) continue;
        await upload.write(piece);
        piece = '';
    }
    await upload.write(piece);
}

/**
 * Opens a buffer of texts in a temporary file. Rows come in completion order and are written in list order, and 5,000
 * of them exceed the memory of a small run. Synchronous: at the end of a run nothing else runs, and a call takes
 * microseconds. Throws when nothing can be written.
 */
export function openRowSpool(parent = tmpdir()) {
    const folder = mkdtempSync(join(parent, 'rows-'));
    const file = openSync(join(folder, 'rows'), 'wx+', 0o600);
    const places = new Map<number, { at: number; length: number }>();
    let end = 0;
    return {
        /** Stores a text under a number, replacing an earlier one. */
        add(number: number, text: string): void {
            const bytes = Buffer.from(text);
            for (let written = 0; written < bytes.length;)
                written += writeSync(file, bytes, written, bytes.length - written, end + written);
            places.set(number, { at: end, length: bytes.length });
            end += bytes.length;
        },
        /** Null without a text. */
        read(number: number): string | null {
            const place = places.get(number);
            if (!place) return null;
            const bytes = Buffer.alloc(place.length);
            for (let read = 0; read < place.length;) {
                const count = readSync(file, bytes, read, place.length - read, place.at + read);
                if (count === 0) throw new Error('the temporary file of the rows was cut short');
                read += count;
            }
            return bytes.toString();
        },
        /** Removes the temporary files. */
        close(): void {
            closeSync(file);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
