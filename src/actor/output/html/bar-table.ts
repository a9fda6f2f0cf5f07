import type { CompanyTotals } from '../../ledger/lookups.ts';
import { formatCount } from '../format.ts';
import type { RunTotals } from '../totals.ts';
import { escapeHtml } from './elements.ts';

/** The shortest bar of a non-zero number, in per cent, so that it stays visible. */
const minWidth = 2;

export type BarTable = {
    caption: string;
    labelHeading: string;
    countHeading: string;
    rows: ReadonlyArray<{
        label: string;
        count: number;
        /** The colour of the bar. */
        tone?: 'good' | 'plain' | 'bad' | 'warn';
        /** Shown instead of the number. */
        text?: string;
    }>;
    /** The value of a full bar; by default the largest number. */
    max?: number;
};

/** A table with a bar beside each number. The bars are hidden from screen readers, which read the numbers. */
export function renderBarTable({ caption, labelHeading, countHeading, rows, max }: BarTable): string {
    const full = max ?? Math.max(1, ...rows.map(({ count }) => count));
    const body = rows.map(({ label, count, tone = 'plain', text }) => {
        const width = full === 0 || count === 0 ? 0 : Math.min(100, Math.max(minWidth, (count / full) * 100));
        return `<tr><th scope="row">${escapeHtml(label)}</th><td class="bar"><svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="track" width="100" height="10"/><rect class="${tone}" width="${width.toFixed(2)}" height="10"/></svg></td><td class="number">${escapeHtml(text ?? formatCount(count))}</td></tr>`;
    });
    return `<table class="bars"><caption>${escapeHtml(caption)}</caption><thead class="visually-hidden"><tr><th scope="col">${escapeHtml(labelHeading)}</th><td></td><th scope="col">${escapeHtml(countHeading)}</th></tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** The outcomes of the lines, which add up to the number of lines. */
export function renderOutcomeTable(totals: RunTotals): string {
    return renderBarTable({
        caption: 'Lines by outcome',
        labelHeading: 'Outcome',
        countHeading: 'Lines',
        rows: [
            { label: 'Found', count: totals.found, tone: 'good' },
            ...(totals.unchanged > 0 ? [{ label: 'Unchanged', count: totals.unchanged, tone: 'good' as const }] : []),
            { label: 'Not found', count: totals.not_found },
            { label: 'Errors', count: totals.errors, tone: 'bad' },
            { label: 'Invalid lines', count: totals.invalid, tone: 'warn' },
            { label: 'Duplicates', count: totals.duplicates },
            { label: 'Remaining', count: totals.remaining },
        ],
        max: totals.lines,
    });
}

/** Profiles by duration; empty without any. */
export function renderLatencyTable(rows: BarTable['rows']): string {
    if (rows.every(({ count }) => count === 0)) return '';
    return renderBarTable({
        caption: 'Time per profile, retries included',
        labelHeading: 'Time',
        countHeading: 'Profiles',
        rows,
    });
}

const companyWords = { not_found: 'not found', refused: 'refused', failed: 'failed or timed out' } as const;
const companyFailures = Object.keys(companyWords) as Array<keyof typeof companyWords>;

/** The outcomes of company pages. */
export function renderCompanyTable(totals: CompanyTotals): string {
    return renderBarTable({
        caption: `Company pages requested: ${formatCount(totals.asked)}, each once`,
        labelHeading: 'Outcome',
        countHeading: 'Companies',
        rows: [
            { label: 'found', count: totals.found },
            ...companyFailures.map((kind) => ({
                label: companyWords[kind],
                count: totals[kind],
                tone: 'bad' as const,
            })),
        ].filter(({ count }) => count > 0),
    });
}

/** The company pages not found, in words: ", 2 not found, 1 refused"; empty when all were found. */
export function describeMissingCompanies(totals: CompanyTotals): string {
    const missing = companyFailures.filter((kind) => totals[kind] > 0);
    return missing.map((kind) => `, ${formatCount(totals[kind])} ${companyWords[kind]}`).join('');
}
