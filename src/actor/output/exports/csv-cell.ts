/**
 * What spreadsheets take for the beginning of a formula, by OWASP's list: a text that begins so is run when the file
 * is opened. The wide forms are the ones that Japanese and Chinese versions read as the narrow ones.
 */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/** What a cell can hold. Lists and objects are put into words before they get here. */
export type CellValue = string | number | boolean | null | undefined;

/**
 * One cell by RFC 4180, harmless in a spreadsheet: a text that would be run as a formula gets an apostrophe in front.
 */
export function formatCell(value: CellValue): string {
    if (value === null || value === undefined) return '';
    if (typeof value !== 'string') return String(value);
    const guarded = formulaStart.test(value) ? `'${value}` : value;
    // Semicolons too: where they separate cells, an unquoted one would start a new cell with whatever follows it.
    return /[",;\r\n\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** What ends a line of the file. */
export const lineEnd = '\r\n';

/** Cells of a line, side by side. */
export function formatCells(cells: readonly CellValue[]): string {
    return cells.map(formatCell).join(',');
}

/** One line of the file, with its end. */
export function formatLine(cells: readonly CellValue[]): string {
    return `${formatCells(cells)}${lineEnd}`;
}
