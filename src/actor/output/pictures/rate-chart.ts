import { formatDuration } from '../terminal/progress.ts';
import type { Timeline } from '../metrics/run-figures.ts';
import { escapeHtml } from './escape-html.ts';

const height = 100;

/**
 * Requests a second over the run, against the limit, as a picture with its words. The shapes stretch with the page;
 * the labels are text beside them, so that they stay readable on a phone.
 */
export function renderRateChart({ counts, binMs }: Timeline, limitPerSecond: number): string {
    if (counts.length === 0) return '<p class="quiet">Nothing to draw in the first second.</p>';
    const rates = counts.map((count) => (count * 1000) / binMs);
    const peak = Math.max(...rates);
    const average = (counts.reduce((sum, count) => sum + count, 0) * 1000) / (counts.length * binMs);
    const top = Math.max(peak, limitPerSecond) * 1.1;
    const y = (rate: number) => (height - (rate / top) * height).toFixed(1);
    const seconds = (counts.length * binMs) / 1000;
    const words = `Requests a second over ${formatDuration(seconds)}: ${average.toFixed(1)} on average, ${peak.toFixed(1)} at most; the limit is ${limitPerSecond}.`;
    const steps = rates.map((rate, place) => `V${y(rate)}H${place + 1}`).join('');
    return `<figure>
<div class="chart">
<span class="limit-label" aria-hidden="true">limit ${limitPerSecond}/s</span>
<svg role="img" aria-label="${escapeHtml(words)}" viewBox="0 0 ${rates.length} ${height}" preserveAspectRatio="none">
<path class="area" d="M0 ${height}${steps}V${height}Z"/>
<line class="limit" x1="0" x2="${rates.length}" y1="${y(limitPerSecond)}" y2="${y(limitPerSecond)}"/>
</svg>
<div class="axis" aria-hidden="true"><span>start</span><span>${formatDuration(seconds)}</span></div>
</div>
<figcaption>${average.toFixed(1)} a second on average, ${peak.toFixed(1)} at most. The dashed line is the limit of ${limitPerSecond} a second.</figcaption>
</figure>`;
}
