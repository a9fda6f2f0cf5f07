import type { RunTotals } from '../totals.ts';
import { renderBarTable, type BarRow } from './bar-table.ts';

/** What came of the lines, every line in one place: the numbers add up to the lines given. */
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
        caption: 'What came of the lines',
        labelHeading: 'Outcome',
        countHeading: 'Lines',
        rows,
        max: totals.lines,
    });
}
