import { formatCount, formatDuration } from '../terminal/progress.ts';
import type { Timeline } from '../metrics/run-metrics.ts';
import { escapeHtml } from './escape-html.ts';

/**
 * A chart of the share of refused requests over time, with a caption; only the caption when none was refused, empty
 * before any request has ended. A bin without requests is a gap.
 */
export function renderRefusalChart({ ended, refused, binMs }: Timeline): string {
    const total = sum(ended);
    if (total === 0) return '';
    if (sum(refused) === 0) return `<p class="quiet">No request was refused (${formatCount(total)} in total).</p>`;
    const share = (count: number, whole: number) => `${Math.round((count / whole) * 100)} %`;
    const shares = ended.map((count, place) => (count === 0 ? 0 : ((refused[place] ?? 0) / count) * 100));
    const bars = shares.flatMap((percent, place) =>
        percent === 0 ? [] : [`M${place} 100V${(100 - percent).toFixed(1)}H${place + 1}V100Z`],
    );
    const latest = sum(refused.slice(-10));
    const latestEnded = sum(ended.slice(-10));
    const recently = latestEnded === 0 ? '' : `, ${share(latest, latestEnded)} of the latest ${latestEnded}`;
    const words = `${share(sum(refused), total)} of ${formatCount(total)} requests were refused${recently}.`;
    const seconds = (ended.length * binMs) / 1000;
    return `<figure>
<div class="chart">
<svg role="img" aria-label="${escapeHtml(`Share of requests refused over ${formatDuration(seconds)}: ${words}`)}" viewBox="0 0 ${ended.length} 100" preserveAspectRatio="none">
<line class="limit" x1="0" x2="${ended.length}" y1="0" y2="0"/>
<path class="bad" d="${bars.join('')}"/>
</svg>
<div class="axis" aria-hidden="true"><span>start</span><span>${formatDuration(seconds)}</span></div>
</div>
<figcaption>${words}</figcaption>
</figure>`;
}

function sum(counts: readonly number[]): number {
    return counts.reduce((total, count) => total + count, 0);
}
