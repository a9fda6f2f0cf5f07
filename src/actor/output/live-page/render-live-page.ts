import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import { formatCount } from '../format.ts';
import { copyScript } from '../html/assets.ts';
import { describeMissingCompanies, renderLatencyTable, renderOutcomeTable } from '../html/bar-table.ts';
import { renderRateChart, renderRefusalChart } from '../html/charts.ts';
import { escapeHtml, renderCode, renderMetricList, renderPlaceLinks, type Metric } from '../html/elements.ts';
import type { LatestLine } from '../run-metrics.ts';
import { describeEndingBriefly } from '../ending.ts';
import { describeCharges, describeForScreenReaders, describeState, type LiveState } from './live-state.ts';

/** The parts of the page that change, by element id. */
export type LiveRegions = ReturnType<typeof renderRegions>;

/** Renders every part that changes. Contains no personal data: lines stand for people. */
export function renderRegions(state: LiveState) {
    const { totals, metrics } = state;
    const done = totals.lines - totals.remaining;
    return {
        announcement: escapeHtml(describeForScreenReaders(state)),
        sentence: escapeHtml(describeState(state)),
        bar: `<progress class="${state.ending === null ? 'running' : describeEndingBriefly(state.ending.kind, totals).tone}" max="${totals.lines}" value="${done}" aria-label="Lines done">${done} of ${totals.lines}</progress>`,
        metrics: renderMetrics(state),
        rate: renderRateChart(metrics.timeline, state.limitPerSecond),
        refusals: renderRefusalChart(metrics.timeline),
        outcomes: renderOutcomeTable(totals),
        latency: renderLatencyTable(metrics.latency),
        problems: renderProblems([...metrics.problems, ...state.invalidLines]),
        latest: renderLatest(metrics.latest),
        places: renderPlaces(state.ending?.places ?? []),
    };
}

/** Renders the whole page, complete without scripts, which only update it. */
export function renderLivePage(state: LiveState): string {
    const regions = renderRegions(state);
    const isOver = state.ending !== null;
    const refresh = isOver ? '' : '<noscript><meta http-equiv="refresh" content="5"></noscript>';
    const script = isOver ? '' : '<script src="live.js" defer></script>';
    const card = (id: keyof LiveRegions, title: string, kind = '') =>
        `<section class="card${kind}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div id="${id}">${regions[id]}</div></section>`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>LinkedIn Profile Details: live page of the run</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
${refresh}
${script}
</head>
<body>
<header>
<h1>LinkedIn Profile Details <span class="badge">${state.mode === 'test' ? 'test mode' : 'live'}</span></h1>
<p id="announcement" class="visually-hidden" role="status">${regions.announcement}</p>
</header>
<main>
<div class="cards">
<section class="card wide" aria-labelledby="progress-title">
<h2 id="progress-title" class="visually-hidden">Progress</h2>
<p id="sentence" class="sentence">${regions.sentence}</p>
<div id="bar">${regions.bar}</div>
<div id="metrics">${regions.metrics}</div>
</section>
${card('places', 'Results', ' wide')}
${card('outcomes', 'Outcomes')}
${card('latency', 'Latency')}
${card('problems', 'Problems', ' wide')}
${card('rate', 'Requests per second', ' wide')}
${card('refusals', 'Requests refused', ' wide')}
${card('latest', 'Latest lines', ' wide')}
</div>
</main>
<footer>
<p id="connection"></p>
<p>This page shows line numbers instead of names. The rows are in the run’s dataset.</p>
</footer>
</body>
</html>
`;
}

function renderMetrics(state: LiveState): string {
    const { totals, perSecond, budgetLeft, companies, startedAt, ending } = state;
    const metrics: Metric[] = [
        ['Lines done', formatCount(totals.lines - totals.remaining), `of ${formatCount(totals.lines)}`],
        ['Started', renderClock(startedAt)],
    ];
    if (ending !== null) metrics.push(['Ended', renderClock(ending.at)]);
    else if (perSecond !== null) metrics.push(['Rate', `${perSecond.toFixed(1)}/s`, 'lines per second']);
    if (companies !== null) {
        const note = `of ${formatCount(companies.asked)} requested${describeMissingCompanies(companies)}`;
        metrics.push(['Companies found', formatCount(companies.found), note]);
    }
    metrics.push(['Charged', formatCount(totals.charged), describeCharges(state)]);
    if (budgetLeft !== null) metrics.push(['Budget left', formatCount(budgetLeft), 'more profiles']);
    return renderMetricList(metrics);
}

/** A time in UTC, which the script converts to the local time zone. */
function renderClock(at: number): string {
    const iso = new Date(at).toISOString();
    return `<time datetime="${iso}">${iso.slice(11, 19)}<small>UTC, ${iso.slice(0, 10)}</small></time>`;
}

function renderProblems(problems: readonly ProblemGroup[]): string {
    if (problems.length === 0) return '';
    const rows = problems.map(({ problem, what_to_do: advice, count, lines }) => {
        const named = lines.map(({ list, line }) => (list === undefined ? formatCount(line) : `${list}: ${line}`));
        const more = count > lines.length ? ` and ${formatCount(count - lines.length)} more` : '';
        return `<tr><td>${renderCode(problem)}</td><td>${renderCode(advice)}</td><td class="lines">${escapeHtml(named.join(', '))}${more}</td></tr>`;
    });
    return `<table class="list stacked"><thead><tr><th scope="col">What happened</th><th scope="col">What to do</th><th scope="col">Lines</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderLatest(latest: readonly LatestLine[]): string {
    if (latest.length === 0) return '';
    const items = latest.map(
        ({ line, outcome, durationMs }) =>
            `<li>line ${formatCount(line)} · ${outcome} · ${durationMs < 100 ? 'under 0.1 s' : `${(durationMs / 1000).toFixed(1)} s`}</li>`,
    );
    return `<ol class="latest">${items.join('')}</ol>`;
}

/** The results. Browsers open no local files from a page served over HTTP, so their paths can be copied. */
function renderPlaces(places: readonly ResultPlace[]): string {
    if (places.every((place) => 'url' in place)) return renderPlaceLinks(places);
    const rows = places.map((place, index) => {
        if ('url' in place) return '';
        const path = escapeHtml(`${place.storageDir}/${place.path}`);
        const name = escapeHtml(place.name);
        return `<tr><th scope="row">${name}</th><td id="place-${index}"><code data-text="${path}">${path}</code></td><td><button type="button" class="copy" data-copy="place-${index}" aria-label="Copy the path of ${name}">Copy</button></td></tr>`;
    });
    return `<table class="list stacked"><thead class="visually-hidden"><tr><th scope="col">Result</th><th scope="col">Path</th><td></td></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The script of the live page, as text because it runs in browsers. It inserts what the server sends. */
export const liveScript = `${copyScript}
const showClock = () => {
  for (const time of document.querySelectorAll('time')) time.textContent = new Date(time.dateTime).toLocaleTimeString();
};
showClock();
const connection = document.getElementById('connection');
const events = new EventSource('events');
events.onopen = () => { connection.textContent = ''; };
events.onerror = () => { connection.textContent = 'Connection lost. Reconnecting; the figures may be out of date.'; };
events.addEventListener('state', (event) => {
  for (const [id, html] of Object.entries(JSON.parse(event.data))) {
    const region = document.getElementById(id);
    if (region) region.innerHTML = html;
  }
  showClock();
});
events.addEventListener('end', () => {
  events.close();
  connection.textContent = 'The run has ended. These are its final figures.';
});
`;
