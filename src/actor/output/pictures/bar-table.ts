import { formatCount } from '../terminal/progress.ts';
import { escapeHtml } from './escape-html.ts';

/** The shortest bar of a number that is not 0, in per cent: one in a thousand is not none. */
const minWidth = 2;

export type BarRow = {
    label: string;
    count: number;
    /** What the bar stands for; decides its colour. */
    tone?: 'good' | 'plain' | 'bad' | 'warn';
    /** Shown instead of the number. */
    text?: string;
};

/**
 * A table whose numbers are drawn as bars as well. The numbers are there for everybody, so the bars are hidden from
 * screen readers.
 */
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
    /** What a full bar stands for; the largest number unless given. */
    max?: number;
}): string {
    const full = max ?? Math.max(1, ...rows.map(({ count }) => count));
    const body = rows.map(({ label, count, tone = 'plain', text }) => {
        const width = full === 0 || count === 0 ? 0 : Math.min(100, Math.max(minWidth, (count / full) * 100));
        return `<tr><th scope="row">${escapeHtml(label)}</th><td class="bar"><svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="track" width="100" height="10"/><rect class="${tone}" width="${width.toFixed(2)}" height="10"/></svg></td><td class="number">${escapeHtml(text ?? formatCount(count))}</td></tr>`;
    });
    return `<table class="bars"><caption>${escapeHtml(caption)}</caption><thead class="visually-hidden"><tr><th scope="col">${escapeHtml(labelHeading)}</th><td></td><th scope="col">${escapeHtml(countHeading)}</th></tr></thead><tbody>${body.join('')}</tbody></table>`;
}
