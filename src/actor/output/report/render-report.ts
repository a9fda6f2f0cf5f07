import { createHash } from 'node:crypto';
import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import { formatCount, formatCountOf, formatDuration, formatShare } from '../format.ts';
import { copyScript, stylesheet } from '../html/assets.ts';
import { renderBarTable, renderCompanyTable, renderLatencyTable, renderOutcomeTable } from '../html/bar-table.ts';
import { renderRateChart, renderRefusalChart } from '../html/charts.ts';
import { renderCode, renderMetricList, renderPlaceLinks } from '../html/elements.ts';
import { describeEndingBriefly } from '../ending.ts';
import { describeCost, describeUnbilled, type RunOutput } from '../totals.ts';
import type { Timeline } from '../run-metrics.ts';
import { renderCompleteness, renderProblems, renderRequestTable } from './sections.ts';
import type { Statistics } from './statistics.ts';

const countryCount = 12;

/** Only this script may run in the report. */
const scriptHash = createHash('sha256').update(copyScript).digest('base64');

/** The data of the report. */
export type ReportFacts = {
    output: RunOutput;
    /** Why the run ended and what to do next; empty when every line is done. */
    why: string;
    /** Number of profiles in FAILED_URLS. */
    failedCount: number;
    statistics: Statistics;
    /** Problems of lines without a profile, the most frequent first. */
    problems: readonly ProblemGroup[];
    places: readonly ResultPlace[];
    timeline: Timeline;
    limitPerSecond: number;
    /** Start and end of this container's run, in milliseconds since the epoch. */
    startedAt: number;
    endedAt: number;
    /** Whether the run was resumed: charts over time begin there. */
    isResumed: boolean;
};

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
${renderCard('Next steps', `<ol class="steps">${renderItems(listNextSteps(facts))}</ol>${renderWarnings(output)}`, true)}
${renderCard('Outcomes', renderOutcomeTable(output))}
${renderCard('Latency', renderLatencyTable(statistics.latency))}
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
${renderMetricList([
    ['Lines', formatCount(output.lines)],
    ['Charged', formatCount(output.charged), describeCharges(output)],
    ['Time', formatDuration(output.seconds)],
])}`;
}

/** The share of profiles found. */
function describeFact({ found, unchanged, lines, duplicates }: RunOutput): string {
    const asked = lines - duplicates;
    const different = formatCountOf(asked, 'different line');
    if (found + unchanged === 0) return `No profile was found in ${different}.`;
    return `${formatShare(found + unchanged, asked)} of ${different} found`;
}

function renderCard(title: string, content: string, isWide = false): string {
    if (content === '') return '';
    const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
    return `<section class="card${isWide ? ' wide' : ''}" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function describeCharges(output: RunOutput): string {
    const cost = describeCost(output) ?? '';
    const unbilled = describeUnbilled(output.charging, output.would_charge);
    return unbilled ?? (output.charging === 'rows' ? `${cost} per row`.trim() : cost);
}

/** Parts that providers may have and LinkedIn's logged-out pages mostly hide. */
const hiddenParts = new Set(['Title', 'Positions']);

/** The next steps after a run, the most useful first; as HTML. */
function listNextSteps({ output, why, failedCount, problems, places, statistics }: ReportFacts): string[] {
    const steps: string[] = [];
    if (why !== '') steps.push(renderCode(why));
    if (failedCount > 0)
        steps.push(
            `Run the failed lines again: their addresses are in ${linkTo(places, 'Failed', 'FAILED_URLS')}, ready for <code>profileUrls</code>. They cost nothing so far.`,
        );
    if (output.invalid > 0)
        steps.push(`Correct the invalid lines: the <a href="#problems">problems</a> say what is wrong with each.`);
    if (output.not_found > 0) steps.push('Look up the people not found: a renamed profile has a new address.');
    const { sources } = statistics.completeness;
    const isHidden = sources.some(
        ({ source, oftenMissing }) => source === 'public-page' && oftenMissing.some((part) => hiddenParts.has(part)),
    );
    if (isHidden && output.mode === 'live')
        steps.push(
            'Most profiles lack titles or positions, which LinkedIn hides from visitors: add a provider to <code>sources</code> to fill them in.',
        );
    if (steps.length === 0 && problems.length === 0)
        steps.push(`Nothing: every line is done. Open ${linkTo(places, 'Your list', 'your list')}.`);
    return steps;
}

/** A link to a result of a local run; elsewhere plain text. */
function linkTo(places: ReportFacts['places'], name: string, text: string): string {
    const place = places.find((one) => one.name === name);
    return place && 'path' in place ? `<a href="${place.path.replace(/^.*\//, '')}">${text}</a>` : text;
}

function renderWarnings({ warnings }: RunOutput): string {
    if (warnings.length === 0) return '';
    return `<h3>Notices</h3><ul>${renderItems(warnings.map(renderCode))}</ul>`;
}

function renderItems(items: readonly string[]): string {
    return items.map((item) => `<li>${item}</li>`).join('');
}

function renderShares(caption: string, labelHeading: string, rows: Statistics['countries']): string {
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
