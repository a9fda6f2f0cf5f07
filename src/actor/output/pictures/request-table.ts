import { formatCount } from '../terminal/progress.ts';
import type { RefusalKind, RequestMetrics, RequestTally } from '../metrics/request-metrics.ts';
import { escapeHtml } from './escape-html.ts';

const refusalNames: Record<RefusalKind, string> = {
    blocked: 'status 999',
    wall: 'sign-in wall',
    redirect_loop: 'redirect loop',
    rate_limited: 'status 429',
    other_page: 'another page',
};

const columns = ['Requests', 'Answered', 'Redirected', 'Refused', 'Failed'] as const;

const pageNames = { profile: 'For profiles', company: 'For companies' } as const;

/** The outcomes of requests by session use, proxy, client and kind of page. */
export function renderRequestTable(metrics: RequestMetrics): string {
    const { by_session_use: uses, by_proxy: proxies, by_client: clients, by_page: pages } = metrics;
    const useNames = { '1': 'First', '2': 'Second', '3': 'Third', '4+': 'Fourth and later' } as const;
    const rows: Array<[label: string, tally: RequestTally]> = [
        ...Object.entries(useNames).map(([use, name]): [string, RequestTally] => [
            `${name} page of a session`,
            uses[use as keyof typeof useNames],
        ]),
        ...proxies.map((tally): [string, RequestTally] => [
            `Proxy: ${tally.kind}${tally.country === null ? '' : `, ${tally.country}`}`,
            tally,
        ]),
        ...clients.map((tally): [string, RequestTally] => [`Client: ${tally.client}`, tally]),
        ...(pages.length < 2 ? [] : pages).map((tally): [string, RequestTally] => [pageNames[tally.page], tally]),
    ];
    const body = rows.filter(([, { requests }]) => requests > 0).map(([label, tally]) => renderRow(label, tally));
    const heads = columns.map((column) => `<th scope="col">${column}</th>`);
    return `<p>${escapeHtml(describeRequests(metrics))}</p>
<table class="list counts stacked"><thead><tr><th scope="col">Group</th>${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function renderRow(label: string, { requests, answered, redirected, refused, failed }: RequestTally): string {
    const cells = [
        formatCount(requests),
        formatCount(answered),
        formatCount(redirected),
        `${formatCount(refused)} (${Math.round((refused / requests) * 100)} %)`,
        formatCount(failed),
    ].map((text, index) => `<td data-column="${columns[index]}">${text}</td>`);
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
