import { createHash } from 'node:crypto';
import { renderBarTable } from '../pictures/bar-table.ts';
import { renderCompanyTable } from '../pictures/company-table.ts';
import { copyScript } from '../pictures/copy-script.ts';
import { renderCode } from '../pictures/escape-html.ts';
import { stylesheet } from '../pictures/stylesheet.ts';
import { renderOutcomeTable } from '../pictures/outcome-table.ts';
import { renderPlaceLinks } from '../pictures/place-list.ts';
import { renderRateChart } from '../pictures/rate-chart.ts';
import { renderRefusalChart } from '../pictures/refusal-chart.ts';
import { renderRequestTable } from '../pictures/request-table.ts';
import { describeCost } from '../money.ts';
import { formatCount, formatDuration } from '../terminal/progress.ts';
import { describeEndingBriefly, type RunOutput } from '../totals.ts';
import type { Share } from './completeness-counts.ts';
import { formatShare, renderCompleteness } from './render-completeness.ts';
import { listNextSteps } from './next-steps.ts';
import { renderProblems } from './render-problems.ts';
import type { ReportFacts } from './report-facts.ts';
import type { Statistics } from './statistics.ts';

export const reportKey = 'REPORT.html';

const countryCount = 12;

/** Only this script may run in the report. */
const scriptHash = createHash('sha256').update(copyScript).digest('base64');

/** Renders the report as one self-contained HTML file: no fonts, images or other hosts. */
export function renderReport(facts: ReportFacts): string {
    const { output, statistics, timeline, limitPerSecond } = facts;
    const { companies, requests } = output;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'">
<title>LinkedIn Profile Details: report of the run</title>
<link rel="icon" href="data:,">
<style>${stylesheet}</style>
</head>
<body>
<header>
<h1>LinkedIn Profile Details: report <span class="badge">${output.mode === 'test' ? 'test mode' : 'live'}</span></h1>
<p class="quiet">${describeTime(facts)}</p>
</header>
<main>
<div class="cards">
${renderCard('Summary', renderSummary(facts), true)}
${renderCard(
    'Next steps',
    `<ol class="steps">${listNextSteps(facts)
        .map((step) => `<li>${step}</li>`)
        .join('')}</ol>${renderWarnings(output)}`,
    true,
)}
${renderCard('Outcomes', renderOutcomeTable(output))}
${renderCard('Latency', statistics.latency.some(({ count }) => count > 0) ? renderShares('Time per profile, retries included', 'Time', statistics.latency) : '')}
${renderCard('Problems', renderProblems(facts.problems), true)}
${renderCard('Completeness', statistics.foundCount === 0 ? '' : renderCompleteness(statistics.completeness), true)}
${renderCard('Countries', renderCountries(statistics))}
${renderCard('Top companies', statistics.companies.length === 0 ? '' : renderShares('Current companies of the profiles found', 'Company', statistics.companies))}
${renderCard('Company pages', companies ? renderCompanyTable(companies) : '')}
${renderCard('Requests per second', `${renderRateChart(timeline, limitPerSecond)}${facts.isResumed ? '<p class="quiet">The run was interrupted; the chart begins where it was resumed.</p>' : ''}`, true)}
${renderCard('Requests', requests ? `${renderRequestTable(requests)}${Object.keys(requests.refusals).length > 0 ? renderRefusalChart(timeline) : ''}` : '', true)}
</div>
</main>
<footer><p>Generated from the rows of the run’s dataset. Profiles hold what LinkedIn shows to visitors who are not signed in; hidden values are empty, never guessed.</p></footer>
<script>${copyScript}</script>
</body>
</html>
`;
}

/** The ending, the share of profiles found, and links to the results. */
function renderSummary({ output, places }: ReportFacts): string {
    const { word, tone } = describeEndingBriefly(output.ending, output);
    return `<p class="ending ${tone}">${word}</p>
<p class="fact">${describeFact(output)}</p>
${renderPlaceLinks(places)}
${renderMetrics(output)}`;
}

/** The share of profiles found. */
function describeFact({ found, unchanged, lines, duplicates }: RunOutput): string {
    const asked = lines - duplicates;
    const different = `${formatCount(asked)} different ${asked === 1 ? 'line' : 'lines'}`;
    if (found + unchanged === 0) return `No profile was found in ${different}.`;
    return `${formatShare(found + unchanged, asked)} of ${different} found`;
}

function renderCard(title: string, content: string, isWide = false): string {
    if (content === '') return '';
    const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
    return `<section class="card${isWide ? ' wide' : ''}" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function renderMetrics(output: RunOutput): string {
    const metrics: Array<[name: string, value: string, note?: string]> = [
        ['Lines', formatCount(output.lines)],
        ['Charged', formatCount(output.charged), describeCharges(output)],
        ['Time', formatDuration(output.seconds)],
    ];
    const items = metrics.map(
        ([name, value, note]) => `<div><dt>${name}</dt><dd>${value}${note ? `<small>${note}</small>` : ''}</dd></div>`,
    );
    return `<dl class="metrics">${items.join('')}</dl>`;
}

function describeCharges(output: RunOutput): string {
    if (output.would_charge !== undefined)
        return `test mode; a live run would charge ${formatCount(output.would_charge)}`;
    const cost = describeCost(output) ?? '';
    const notes = {
        platform: cost,
        rows: `${cost} per row`.trim(),
        log: 'local log only, not billed',
        none: 'this run is free',
    } as const;
    return notes[output.charging];
}

function renderWarnings({ warnings }: RunOutput): string {
    if (warnings.length === 0) return '';
    return `<h3>Notices</h3><ul>${warnings.map((warning) => `<li>${renderCode(warning)}</li>`).join('')}</ul>`;
}

function renderShares(caption: string, labelHeading: string, rows: readonly Share[]): string {
    return renderBarTable({ caption, labelHeading, countHeading: 'Profiles', rows });
}

function renderCountries({ countries, foundCount }: Statistics): string {
    if (countries.length === 0) return '';
    const names = new Intl.DisplayNames(['en'], { type: 'region' });
    const rows = countries
        .slice(0, countryCount)
        .map(({ label, count }) => ({ label: names.of(label) ?? label, count }));
    const others = countries.slice(countryCount).reduce((sum, { count }) => sum + count, 0);
    if (others > 0) rows.push({ label: 'Other countries', count: others });
    const unknown = foundCount - countries.reduce((sum, { count }) => sum + count, 0);
    if (unknown > 0) rows.push({ label: 'Unknown', count: unknown });
    return renderShares('Profiles found by country', 'Country', rows);
}

/** Start and end in UTC: the report may be read anywhere. */
function describeTime({ startedAt, endedAt }: Pick<ReportFacts, 'startedAt' | 'endedAt'>): string {
    const [start, end] = [new Date(startedAt).toISOString(), new Date(endedAt).toISOString()];
    const day = end.startsWith(start.slice(0, 10)) ? '' : `${end.slice(0, 10)}, `;
    return `<time datetime="${start}">${start.slice(0, 10)}, ${start.slice(11, 19)}</time> to <time datetime="${end}">${day}${end.slice(11, 19)} UTC</time>`;
}
