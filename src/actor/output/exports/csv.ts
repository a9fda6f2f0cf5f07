/**
 * Starts of a formula by OWASP's list: spreadsheets run such a text when the file is opened. Japanese and Chinese
 * versions read the full-width forms as the usual ones.
 */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/** The value of a cell; lists and objects are converted to text before. */
export type CellValue = string | number | boolean | null | undefined;

/** Formats a cell by RFC 4180; a text that would run as a formula gets a leading apostrophe. */
export function formatCell(value: CellValue): string {
    if (value === null || value === undefined) return '';
    if (typeof value !== 'string') return String(value);
    const guarded = formulaStart.test(value) ? `'${value}` : value;
    // Semicolons too: in locales that separate cells with them, an unquoted one would start a new cell.
    return /[",;\r\n\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export const lineEnd = '\r\n';

/** Without a byte order mark, Excel does not read the file as UTF-8. */
export const byteOrderMark = '\uFEFF';

export function formatCells(cells: readonly CellValue[]): string {
    return cells.map(formatCell).join(',');
}

export function formatLine(cells: readonly CellValue[]): string {
    return `${formatCells(cells)}${lineEnd}`;
}
