import type { RunSums } from '../totals.ts';
import { renderBarTable, type BarRow } from './bar-table.ts';

/** What came of the lines, every line in one place: the numbers add up to the lines given. */
export function renderOutcomeTable(sums: RunSums): string {
    const rows: BarRow[] = [
        { label: 'Found', count: sums.found, tone: 'good' },
        ...(sums.unchanged > 0 ? [{ label: 'Unchanged', count: sums.unchanged, tone: 'good' as const }] : []),
        { label: 'Not found', count: sums.not_found, tone: 'plain' },
        { label: 'Errors', count: sums.errors, tone: 'bad' },
        { label: 'Invalid lines', count: sums.invalid, tone: 'warn' },
        { label: 'Duplicates', count: sums.duplicates, tone: 'plain' },
        { label: 'Remaining', count: sums.remaining, tone: 'plain' },
    ];
    return renderBarTable({
        caption: 'What came of the lines',
        labelHeading: 'Outcome',
        countHeading: 'Lines',
        rows,
        max: sums.lines,
    });
}
