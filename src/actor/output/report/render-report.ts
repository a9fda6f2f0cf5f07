import { renderBarTable } from '../pictures/bar-table.ts';
import { renderCompanyTable } from '../pictures/company-table.ts';
import { escapeHtml } from '../pictures/escape-html.ts';
import { look } from '../pictures/look.ts';
import { renderOutcomeTable } from '../pictures/outcome-table.ts';
import { renderRateChart } from '../pictures/rate-chart.ts';
import { renderRefusalChart } from '../pictures/refusal-chart.ts';
import { renderRequestTable } from '../pictures/request-table.ts';
import { adviseOn, describeErrorCode } from '../guidance.ts';
import { describeCost } from '../money.ts';
import { formatCount, formatDuration } from '../terminal/progress.ts';
import type { Timeline } from '../metrics/run-figures.ts';
import type { RunOutput } from '../totals.ts';
import type { Share } from './completeness-counts.ts';
import { formatShare, renderCompleteness } from './render-completeness.ts';
import type { ProblemGroup, Statistics } from './statistics.ts';

/** The record that holds the report. */
export const reportKey = 'REPORT.html';

const countryCount = 12;

export type ReportFacts = {
    output: RunOutput;
    statistics: Statistics;
    timeline: Timeline;
    limitPerSecond: number;
    /** When the run ended, in milliseconds since the epoch. */
    endedAt: number;
    /** Whether the run went on after an interruption: what is drawn over time begins there. */
    isResumed: boolean;
};

/** The run as one HTML file that needs nothing else: no script, no font, no picture, no other host. */
export function renderReport(facts: ReportFacts): string {
    const { output, statistics } = facts;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>LinkedIn Profile Details: report of the run</title>
<link rel="icon" href="data:,">
<style>${look}</style>
</head>
<body>
<header>
<h1>LinkedIn Profile Details: report <span class="badge">${output.mode === 'test' ? 'test mode' : 'live'}</span></h1>
<p class="quiet">Ended ${formatInstant(facts.endedAt)}</p>
</header>
<main>
<div class="cards">
${renderCard('Summary', `<p class="sentence">${escapeHtml(output.message)}</p>${renderFigures(output)}${renderWarnings(output)}`, true)}
${renderCard('Outcomes', renderOutcomeTable(output))}
${renderCard('Latency', renderShares('How long a profile took, all its tries together', 'Time', statistics.latency))}
${renderCard('Requests a second', `${renderRateChart(facts.timeline, facts.limitPerSecond)}${facts.isResumed ? '<p class="quiet">The run was interrupted; this begins where it went on.</p>' : ''}`, true)}
${output.companies ? renderCard('Companies', renderCompanyTable(output.companies)) : ''}
${output.requests ? renderCard('Requests', `${renderRequestTable(output.requests)}${renderRefusalChart(facts.timeline)}`, true) : ''}
${renderCard('Countries', renderCountries(statistics))}
${renderCard('Top companies', statistics.companies.length === 0 ? nothing('No company is shown.') : renderShares('Present companies of the people found', 'Company', statistics.companies))}
${renderCard('Completeness', statistics.foundCount === 0 ? nothing('No profile was found.') : renderCompleteness(statistics.completeness), true)}
${renderCard('Problems, and what to do', renderProblems(statistics.problems), true)}
</div>
</main>
<footer><p>Made from the rows of the run’s dataset. Profiles show what LinkedIn shows to visitors who are not signed in; what it hides is empty here and never guessed.</p></footer>
</body>
</html>
`;
}

function renderCard(title: string, content: string, isWide = false): string {
    const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
    return `<section class="card${isWide ? ' wide' : ''}" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function renderFigures(output: RunOutput): string {
    const figures: Array<[name: string, value: string, note?: string]> = [
        ['Lines', formatCount(output.lines)],
        ['Found', formatCount(output.found), describeShareFound(output)],
        ['Charged', formatCount(output.charged), describeCharges(output)],
        ['Time', formatDuration(output.seconds)],
    ];
    const items = figures.map(
        ([name, value, note]) => `<div><dt>${name}</dt><dd>${value}${note ? `<small>${note}</small>` : ''}</dd></div>`,
    );
    return `<dl class="figures">${items.join('')}</dl>`;
}

function describeCharges(output: RunOutput): string {
    if (output.would_charge !== undefined)
        return `test mode; a live run would charge ${formatCount(output.would_charge)}`;
    const cost = describeCost(output) ?? '';
    const notes = {
        platform: cost,
        rows: `${cost} by the row`.trim(),
        log: 'in the local log, nobody pays',
        none: 'this run is free',
    } as const;
    return notes[output.charging];
}

function renderWarnings({ warnings }: RunOutput): string {
    if (warnings.length === 0) return '';
    return `<h3>Notices</h3><ul>${warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('')}</ul>`;
}

function renderShares(caption: string, labelHeading: string, rows: readonly Share[]): string {
    return renderBarTable({ caption, labelHeading, countHeading: 'Profiles', rows });
}

function renderCountries({ countries, foundCount }: Statistics): string {
    if (countries.length === 0) return nothing('No country is known.');
    const names = new Intl.DisplayNames(['en'], { type: 'region' });
    const rows = countries
        .slice(0, countryCount)
        .map(({ label, count }) => ({ label: names.of(label) ?? label, count }));
    const others = countries.slice(countryCount).reduce((sum, { count }) => sum + count, 0);
    if (others > 0) rows.push({ label: 'Other countries', count: others });
    const unknown = foundCount - countries.reduce((sum, { count }) => sum + count, 0);
    if (unknown > 0) rows.push({ label: 'Not known', count: unknown });
    return renderShares('Where the people found are', 'Country', rows);
}

function renderProblems(problems: readonly ProblemGroup[]): string {
    if (problems.length === 0) return nothing('There were none: every line gave a profile.');
    return problems.map(renderProblem).join('');
}

function renderProblem({ code, count, examples }: ProblemGroup): string {
    const rows = examples.map(
        ({ line, url, message }) =>
            `<tr><td>${formatCount(line)}</td><td>${escapeHtml(url)}</td>${code === 'validation_failed' ? `<td>${escapeHtml(message ?? '')}</td>` : ''}</tr>`,
    );
    const reason = code === 'validation_failed' ? '<th scope="col">Reason</th>' : '';
    const more = count > examples.length ? '<p class="quiet">The rest is in the Problems view of the dataset.</p>' : '';
    return `<h3>${escapeHtml(describeErrorCode(code))}: ${formatCount(count)} ${count === 1 ? 'line' : 'lines'}</h3>
<p>${escapeHtml(adviseOn(code)).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
<details><summary>${examples.length === count ? 'The lines' : `The first ${examples.length} lines`}</summary>
<table class="list"><thead><tr><th scope="col">Line</th><th scope="col">As given</th>${reason}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}</details>`;
}

function describeShareFound({ found, unchanged, lines, duplicates }: RunOutput): string {
    const asked = lines - duplicates;
    return asked === 0 ? '' : `${formatShare(found + unchanged, asked)} of ${formatCount(asked)} different lines`;
}

function nothing(text: string): string {
    return `<p class="quiet">${text}</p>`;
}

/** An instant in UTC, to the minute: the report may be read anywhere. */
function formatInstant(at: number): string {
    const iso = new Date(at).toISOString();
    return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}
