import { measuredFields } from '../../../enrichment/result/profile-content.ts';
import { renderBarTable } from '../pictures/bar-table.ts';
import { escapeHtml } from '../pictures/escape-html.ts';
import { formatCount } from '../terminal/progress.ts';
import type { CompletenessCounts, Share, SourceCompleteness } from './completeness-counts.ts';

/** The completeness of the profiles found: on average, by number of main parts, by part and by source. */
export function renderCompleteness(counts: CompletenessCounts): string {
    const { sources } = counts;
    const all = sources.reduce((sum, { count }) => sum + count, 0);
    const average = sources.reduce((sum, one) => sum + one.average * one.count, 0) / all;
    const renderParts = (caption: string, rows: readonly Share[]) =>
        renderBarTable({
            caption,
            labelHeading: 'Part',
            countHeading: 'Profiles with it',
            rows: rows.map(({ label, count }) => ({ label, count, text: formatShare(count, all) })),
            max: all,
        });
    return `<p>A profile has ${formatShare(average, 1)} of the ${measuredFields.length} main parts on average.</p>
${renderBarTable({
    caption: 'Profiles by number of main parts',
    labelHeading: 'Main parts',
    countHeading: 'Profiles',
    rows: counts.byPartCount.map(({ label, count }) => ({ label, count, text: formatShare(count, all) })),
    max: all,
})}
${renderParts('Profiles by main part', counts.mainParts)}
${renderSources(sources)}
<details><summary>Other parts</summary>${renderParts('Profiles by part', counts.otherParts)}</details>`;
}

function renderSources(sources: readonly SourceCompleteness[]): string {
    const [only] = sources;
    if (only && sources.length === 1) return `<p class="quiet">All are from ${escapeHtml(only.source ?? 'none')}.</p>`;
    const rows = sources.map(({ source, count, average, oftenMissing }) => {
        const missing = oftenMissing.length === 0 ? '–' : oftenMissing.join(', ');
        return `<tr><td>${escapeHtml(source ?? 'none')}</td><td>${formatCount(count)}</td><td>${formatShare(average, 1)}</td><td>${escapeHtml(missing)}</td></tr>`;
    });
    return `<table class="list"><thead><tr><th scope="col">Source</th><th scope="col">Profiles</th><th scope="col">Average completeness</th><th scope="col">Missing in at least half</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** A share in per cent, with a decimal where rounding would give 0 or 100. */
export function formatShare(count: number, whole: number): string {
    if (whole === 0) return '';
    const exact = (count / whole) * 100;
    const rounded = Math.round(exact);
    const isRound = exact === rounded || (rounded !== 0 && rounded !== 100);
    return isRound ? `${rounded} %` : `${Math.min(99.9, Math.max(0.1, exact)).toFixed(1)} %`;
}
