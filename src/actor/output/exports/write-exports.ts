import type { Row } from '../../ledger/row.ts';
import { formatLine } from './csv-cell.ts';
import { profileColumns, readCells } from './profile-columns.ts';

/** The records that hold the rows as files. */
export const csvKey = 'profiles.csv';
export const jsonLinesKey = 'profiles.jsonl';

/** A record that is written piece by piece. */
export type RecordUpload = {
    /** Resolves when the next piece may come; rejects when the record cannot be written. */
    write(text: string): Promise<void>;
    /** Resolves when the record is stored. */
    end(): Promise<void>;
    /** Gives the record up. */
    abandon(): void;
};

export type OpenUpload = (key: string, contentType: string) => RecordUpload;

/** Without this mark, Excel takes a UTF-8 file for one in the code page of the country. */
export const byteOrderMark = '\uFEFF';

/**
 * Writes the rows as a table for spreadsheets and as JSON lines, both as streams: a page of rows at a time is in
 * memory. `onRow` sees every row on the way. Rejects when a record cannot be written.
 */
export async function writeExports(
    pages: AsyncIterable<Row[]>,
    openUpload: OpenUpload,
    onRow: (row: Row) => void,
): Promise<void> {
    const csv = openUpload(csvKey, 'text/csv; charset=utf-8');
    const jsonLines = openUpload(jsonLinesKey, 'application/jsonl; charset=utf-8');
    try {
        await csv.write(`${byteOrderMark}${formatLine(profileColumns.map(({ name }) => name))}`);
        for await (const rows of pages) {
            for (const row of rows) onRow(row);
            await Promise.all([
                csv.write(rows.map((row) => formatLine(readCells(row))).join('')),
                jsonLines.write(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
            ]);
        }
        await Promise.all([csv.end(), jsonLines.end()]);
    } catch (error) {
        csv.abandon();
        jsonLines.abandon();
        throw error;
    }
}
