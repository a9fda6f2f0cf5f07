import { formatDuration } from '../terminal/progress.ts';
import type { Timeline } from '../metrics/run-metrics.ts';
import { escapeHtml } from './escape-html.ts';

/** Space above the highest rate, for the label of the limit. */
const headroom = 1.2;

/**
 * A line chart of requests per second with the limit, and a caption; empty without data. The lines stretch with the
 * page, the label does not.
 */
export function renderRateChart({ counts, binMs }: Timeline, limitPerSecond: number): string {
    if (counts.length === 0) return '';
    const rates = counts.map((count) => (count * 1000) / binMs);
    const peak = Math.max(...rates);
    const average = (counts.reduce((sum, count) => sum + count, 0) * 1000) / (counts.length * binMs);
    const top = Math.max(peak, limitPerSecond) * headroom;
    const y = (rate: number) => (100 - (rate / top) * 100).toFixed(1);
    const limitY = y(limitPerSecond);
    const seconds = (counts.length * binMs) / 1000;
    const words = `Requests per second over ${formatDuration(seconds)}: ${average.toFixed(1)} on average, ${peak.toFixed(1)} at most; the limit is ${limitPerSecond}.`;
    const points = rates.map((rate, place) => `L${place + 0.5} ${y(rate)}`).join('');
    const ends = [y(rates[0] ?? 0), y(rates.at(-1) ?? 0)] as const;
    return `<figure>
<div class="chart">
<svg role="img" aria-label="${escapeHtml(words)}">
<line class="limit" x1="0" x2="100%" y1="${limitY}%" y2="${limitY}%"/>
<svg viewBox="0 0 ${rates.length} 100" preserveAspectRatio="none" width="100%" height="100%" aria-hidden="true"><path class="rate" d="M0 ${ends[0]}${points}L${rates.length} ${ends[1]}"/></svg>
<text class="limit-label" x="100%" y="${limitY}%" dy="-0.4em" text-anchor="end">limit ${limitPerSecond} per second</text>
</svg>
<div class="axis" aria-hidden="true"><span>start</span><span>${formatDuration(seconds)}</span></div>
</div>
<figcaption>${average.toFixed(1)} per second on average, ${peak.toFixed(1)} at most.</figcaption>
</figure>`;
}
