import { formatCount, formatDuration } from '../format.ts';
import type { Timeline } from '../run-metrics.ts';
import { escapeHtml } from './elements.ts';

/** Space above the highest rate, for the label of the limit. */
const headroom = 1.2;

/**
 * A line chart of requests per second with the limit, and a caption; empty without data. The lines stretch with the
 * page, the label does not.
 */
export function renderRateChart({ sent, binMs }: Timeline, limitPerSecond: number): string {
    if (sent.length === 0) return '';
    const rates = sent.map((count) => (count * 1000) / binMs);
    const peak = Math.max(...rates);
    const seconds = (sent.length * binMs) / 1000;
    const mean = ((sum(sent) * 1000) / (sent.length * binMs)).toFixed(1);
    const top = Math.max(peak, limitPerSecond) * headroom;
    const y = (rate: number) => (100 - (rate / top) * 100).toFixed(1);
    const limitY = y(limitPerSecond);
    const words = `Requests per second over ${formatDuration(seconds)}: ${mean} on average, ${peak.toFixed(1)} at most; the limit is ${limitPerSecond}.`;
    const points = rates.map((rate, place) => `L${place + 0.5} ${y(rate)}`).join('');
    const [first, last] = [y(rates[0] ?? 0), y(rates.at(-1) ?? 0)];
    const picture = `<svg role="img" aria-label="${escapeHtml(words)}">
<line class="limit" x1="0" x2="100%" y1="${limitY}%" y2="${limitY}%"/>
<svg viewBox="0 0 ${rates.length} 100" preserveAspectRatio="none" width="100%" height="100%" aria-hidden="true"><path class="rate" d="M0 ${first}${points}L${rates.length} ${last}"/></svg>
<text class="limit-label" x="100%" y="${limitY}%" dy="-0.4em" text-anchor="end">limit ${limitPerSecond} per second</text>
</svg>`;
    return renderFigure(picture, seconds, `${mean} per second on average, ${peak.toFixed(1)} at most.`);
}

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
    const latestEnded = sum(ended.slice(-10));
    const recently =
        latestEnded === 0 ? '' : `, ${share(sum(refused.slice(-10)), latestEnded)} of the latest ${latestEnded}`;
    const words = `${share(sum(refused), total)} of ${formatCount(total)} requests were refused${recently}.`;
    const seconds = (ended.length * binMs) / 1000;
    const picture = `<svg role="img" aria-label="${escapeHtml(`Share of requests refused over ${formatDuration(seconds)}: ${words}`)}" viewBox="0 0 ${ended.length} 100" preserveAspectRatio="none">
<line class="limit" x1="0" x2="${ended.length}" y1="0" y2="0"/>
<path class="bad" d="${bars.join('')}"/>
</svg>`;
    return renderFigure(picture, seconds, words);
}

/** A picture above its time axis and caption. */
function renderFigure(picture: string, seconds: number, caption: string): string {
    return `<figure>
<div class="chart">
${picture}
<div class="axis" aria-hidden="true"><span>start</span><span>${formatDuration(seconds)}</span></div>
</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

function sum(counts: readonly number[]): number {
    return counts.reduce((total, count) => total + count, 0);
}
