import { formatCount } from '../terminal/progress.ts';
import { escapeHtml } from './escape-html.ts';

/** The shortest bar of a non-zero number, in per cent, so that it stays visible. */
const minWidth = 2;

export type BarRow = {
    label: string;
    count: number;
    /** The colour of the bar. */
    tone?: 'good' | 'plain' | 'bad' | 'warn';
    /** Shown instead of the number. */
    text?: string;
};

/** A table with a bar beside each number. The bars are hidden from screen readers, which read the numbers. */
export function renderBarTable({
    caption,
    labelHeading,
    countHeading,
    rows,
    max,
}: {
    caption: string;
    labelHeading: string;
    countHeading: string;
    rows: readonly BarRow[];
    /** The value of a full bar; by default the largest number. */
    max?: number;
}): string {
    const full = max ?? Math.max(1, ...rows.map(({ count }) => count));
    const body = rows.map(({ label, count, tone = 'plain', text }) => {
        const width = full === 0 || count === 0 ? 0 : Math.min(100, Math.max(minWidth, (count / full) * 100));
        return `<tr><th scope="row">${escapeHtml(label)}</th><td class="bar"><svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="track" width="100" height="10"/><rect class="${tone}" width="${width.toFixed(2)}" height="10"/></svg></td><td class="number">${escapeHtml(text ?? formatCount(count))}</td></tr>`;
    });
    return `<table class="bars"><caption>${escapeHtml(caption)}</caption><thead class="visually-hidden"><tr><th scope="col">${escapeHtml(labelHeading)}</th><td></td><th scope="col">${escapeHtml(countHeading)}</th></tr></thead><tbody>${body.join('')}</tbody></table>`;
}
