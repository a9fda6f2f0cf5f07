import type { CompanyTotals } from '../../ledger/lookups.ts';
import { renderBarTable } from './bar-table.ts';

const words = { not_found: 'not found', refused: 'refused', failed: 'failed or timed out' } as const;
const kinds = Object.keys(words) as Array<keyof typeof words>;

/** The outcomes of company pages. */
export function renderCompanyTable(totals: CompanyTotals): string {
    return renderBarTable({
        caption: `Company pages requested: ${totals.asked.toLocaleString('en-US')}, each once`,
        labelHeading: 'Outcome',
        countHeading: 'Companies',
        rows: [
            { label: 'found', count: totals.found },
            ...kinds.map((kind) => ({ label: words[kind], count: totals[kind], tone: 'bad' as const })),
        ].filter(({ count }) => count > 0),
    });
}

/** ", 2 not found, 1 refused"; empty when all were found. */
export function describeMissing(totals: CompanyTotals): string {
    return kinds
        .filter((kind) => totals[kind] > 0)
        .map((kind) => `, ${totals[kind].toLocaleString('en-US')} ${words[kind]}`)
        .join('');
}
