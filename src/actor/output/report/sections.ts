import { measuredFields } from '../../../enrichment/result/profile-content.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import { formatCount, formatCountOf, formatShare } from '../format.ts';
import { renderBarTable, type BarTable } from '../html/bar-table.ts';
import { escapeHtml, renderCode } from '../html/elements.ts';
import { refusalNames, type RefusalKind, type RequestMetrics, type RequestTally } from '../request-metrics.ts';
import type { Statistics } from './statistics.ts';

/** Each problem with its advice and its first lines; empty without problems. */
export function renderProblems(problems: readonly ProblemGroup[]): string {
    return problems.map(renderProblem).join('');
}

function renderProblem({ problem, what_to_do: advice, count, lines }: ProblemGroup, index: number): string {
    const id = `problem-${index + 1}`;
    const hasLists = lines.some(({ list }) => list !== undefined);
    const hasAddresses = lines.some(({ url }) => url !== undefined);
    const rows = lines.map(({ list, line, url = '', profileUrl }) => {
        const address = `<span data-text="${escapeHtml(url)}">${escapeHtml(url)}</span>`;
        const linked =
            profileUrl === undefined
                ? address
                : `<a href="${escapeHtml(profileUrl)}" target="_blank" rel="noopener noreferrer">${address}</a>`;
        return `<tr>${hasLists ? `<td>${escapeHtml(list ?? '')}</td>` : ''}<td class="number">${line}</td>${hasAddresses ? `<td>${linked}</td>` : ''}</tr>`;
    });
    const heads = [...(hasLists ? ['List'] : []), 'Line', ...(hasAddresses ? ['As given'] : [])];
    const isCut = count > lines.length;
    const more = isCut ? '<p class="quiet">profiles.csv has all of them; filter by <code>message</code>.</p>' : '';
    const copy = hasAddresses
        ? `<button type="button" class="copy" data-copy="${id}-lines">Copy ${lines.length === 1 ? 'the address' : `these ${lines.length} addresses`}</button>`
        : '';
    const summary = isCut ? `The first ${lines.length} lines` : count === 1 ? 'The line' : 'The lines';
    return `<h3 id="${id}">${renderCode(problem)} <span class="badge">${formatCountOf(count, 'line')}</span></h3>
<p>${renderCode(advice)}</p>
<details><summary>${summary}</summary>${copy}
<table class="list" id="${id}-lines"><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}</details>`;
}

/** The completeness of the profiles found: on average, by number of main parts, by part and by source. */
export function renderCompleteness(counts: Statistics['completeness']): string {
    const { sources } = counts;
    const all = sources.reduce((sum, { count }) => sum + count, 0);
    const average = sources.reduce((sum, one) => sum + one.average * one.count, 0) / all;
    const groups = { labelHeading: 'Main parts', countHeading: 'Profiles' };
    const parts = { labelHeading: 'Part', countHeading: 'Profiles with it' };
    const renderShares = (caption: string, headings: typeof parts, shares: BarTable['rows']) => {
        const rows = shares.map((row) => ({ ...row, text: formatShare(row.count, all) }));
        return renderBarTable({ caption, ...headings, rows, max: all });
    };
    return `<p>A profile has ${formatShare(average, 1)} of the ${measuredFields.length} main parts on average.</p>
${renderShares('Profiles by number of main parts', groups, counts.byPartCount)}
${renderShares('Profiles by main part', parts, counts.mainParts)}
${renderSources(sources)}
<details><summary>Other parts</summary>${renderShares('Profiles by part', parts, counts.otherParts)}</details>`;
}

function renderSources(sources: Statistics['completeness']['sources']): string {
    const [only] = sources;
    if (only && sources.length === 1) return `<p class="quiet">All are from ${escapeHtml(only.source ?? 'none')}.</p>`;
    const rows = sources.map(({ source, count, average, oftenMissing }) => {
        const missing = oftenMissing.length === 0 ? '–' : oftenMissing.join(', ');
        return `<tr><td>${escapeHtml(source ?? 'none')}</td><td>${formatCount(count)}</td><td>${formatShare(average, 1)}</td><td>${escapeHtml(missing)}</td></tr>`;
    });
    return `<table class="list"><thead><tr><th scope="col">Source</th><th scope="col">Profiles</th><th scope="col">Average completeness</th><th scope="col">Missing in at least half</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const columns = {
    Requests: 'requests',
    Answered: 'answered',
    Redirected: 'redirected',
    Refused: 'refused',
    Failed: 'failed',
} as const;
const useNames = { '1': 'First', '2': 'Second', '3': 'Third', '4+': 'Fourth and later' } as const;
const pageNames = { profile: 'For profiles', company: 'For companies' } as const;

/** The outcomes of requests by session use, proxy, client and kind of page. */
export function renderRequestTable(metrics: RequestMetrics): string {
    const { by_session_use: uses, by_proxy: proxies, by_client: clients, by_page: pages } = metrics;
    const tallies: Array<RequestTally & { label: string }> = [
        ...Object.entries(uses).map(([use, tally]) => ({
            ...tally,
            label: `${useNames[use as keyof typeof useNames]} page of a session`,
        })),
        ...proxies.map((tally) => ({
            ...tally,
            label: `Proxy: ${tally.kind}${tally.country === null ? '' : `, ${tally.country}`}`,
        })),
        ...clients.map((tally) => ({ ...tally, label: `Client: ${tally.client}` })),
        ...(pages.length < 2 ? [] : pages).map((tally) => ({ ...tally, label: pageNames[tally.page] })),
    ];
    const body = tallies.filter(({ requests }) => requests > 0).map(renderTally);
    const heads = Object.keys(columns).map((column) => `<th scope="col">${column}</th>`);
    return `<p>${escapeHtml(describeRequests(metrics))}</p>
<table class="list counts stacked"><thead><tr><th scope="col">Group</th>${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function renderTally({ label, ...tally }: RequestTally & { label: string }): string {
    const share = ` (${Math.round((tally.refused / tally.requests) * 100)} %)`;
    const cells = Object.entries(columns).map(
        ([column, kind]) =>
            `<td data-column="${column}">${formatCount(tally[kind])}${kind === 'refused' ? share : ''}</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(label)}</th>${cells.join('')}</tr>`;
}

/** The totals in a few sentences. */
function describeRequests(metrics: RequestMetrics): string {
    const { total, per_profile_found: perFound, bytes, bytes_per_profile_found: bytesPerFound, refusals } = metrics;
    const requests = `${formatCount(total)} requests to LinkedIn${perFound === null ? '' : `, ${perFound} for each profile found`}.`;
    const traffic =
        bytes === null
            ? ''
            : ` ${formatSize(bytes)} transferred${bytesPerFound === null ? '' : `, ${formatSize(bytesPerFound)} for each profile found`}.`;
    const kinds = Object.entries(refusals).map(
        ([kind, count]) => `${refusalNames[kind as RefusalKind]} ${formatCount(count)}`,
    );
    return `${requests}${traffic}${kinds.length === 0 ? ' None was refused.' : ` Refused: ${kinds.join(', ')}.`}`;
}

function formatSize(bytes: number): string {
    return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
