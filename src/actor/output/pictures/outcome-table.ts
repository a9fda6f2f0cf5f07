import type { RunTotals } from '../totals.ts';
import { renderBarTable, type BarRow } from './bar-table.ts';

/** The outcomes of the lines, which add up to the number of lines. */
export function renderOutcomeTable(totals: RunTotals): string {
    const rows: BarRow[] = [
        { label: 'Found', count: totals.found, tone: 'good' },
        ...(totals.unchanged > 0 ? [{ label: 'Unchanged', count: totals.unchanged, tone: 'good' as const }] : []),
        { label: 'Not found', count: totals.not_found, tone: 'plain' },
        { label: 'Errors', count: totals.errors, tone: 'bad' },
        { label: 'Invalid lines', count: totals.invalid, tone: 'warn' },
        { label: 'Duplicates', count: totals.duplicates, tone: 'plain' },
        { label: 'Remaining', count: totals.remaining, tone: 'plain' },
    ];
    return renderBarTable({
        caption: 'Lines by outcome',
        labelHeading: 'Outcome',
        countHeading: 'Lines',
        rows,
        max: totals.lines,
    });
}
