import { expect, it } from 'vitest';
import type { RequestRecord } from '../../../src/enrichment/source.ts';
import { createRequestMetrics } from '../../../src/actor/output/request-metrics.ts';
import { renderRefusalChart } from '../../../src/actor/output/html/charts.ts';
import { renderRequestTable } from '../../../src/actor/output/report/sections.ts';
import { createRunMetrics } from '../../../src/actor/output/run-metrics.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const usual: RequestRecord = {
    client: 'node',
    page: 'profile',
    proxy: { kind: 'RESIDENTIAL', country: 'US' },
    sessionUse: 1,
    outcome: 'found',
    bytes: 40_000,
};

function measure(records: Array<Partial<RequestRecord>>) {
    const metrics = createRequestMetrics();
    for (const record of records) metrics.record({ ...usual, ...record });
    return metrics.read()!;
}

/** The table as it is on a wide screen, where cells do not name their column. */
const withoutColumns = (html: string) => html.replaceAll(/ data-column="\w+"/g, '');

it('counts outcomes by session use, proxy, client and kind of refusal', () => {
    const metrics = measure([
        { outcome: 'redirect' },
        {},
        { sessionUse: 2, outcome: 'not_found' },
        { sessionUse: 3, outcome: 'blocked', proxy: { kind: 'own', country: null } },
        { sessionUse: 4, outcome: 'wall' },
        { sessionUse: 7, outcome: 'timeout', client: 'impit' },
        { sessionUse: 5 },
    ]);
    const none = { requests: 0, answered: 0, redirected: 0, refused: 0, failed: 0 };
    expect(metrics).toEqual({
        total: 7,
        per_profile_found: 3.5,
        bytes: 280_000,
        bytes_per_profile_found: 140_000,
        by_session_use: {
            '1': { ...none, requests: 2, answered: 1, redirected: 1 },
            '2': { ...none, requests: 1, answered: 1 },
            '3': { ...none, requests: 1, refused: 1 },
            '4+': { ...none, requests: 3, answered: 1, refused: 1, failed: 1 },
        },
        by_proxy: [
            { kind: 'RESIDENTIAL', country: 'US', requests: 6, answered: 3, redirected: 1, refused: 1, failed: 1 },
            { kind: 'own', country: null, ...none, requests: 1, refused: 1 },
        ],
        by_client: [
            { client: 'node', requests: 6, answered: 3, redirected: 1, refused: 2, failed: 0 },
            { client: 'impit', ...none, requests: 1, failed: 1 },
        ],
        by_page: [{ page: 'profile', requests: 7, answered: 3, redirected: 1, refused: 2, failed: 1 }],
        refusals: { blocked: 1, wall: 1 },
        failures: { timeout: 1 },
    });
});

it('counts company pages as requests, not as profiles found', () => {
    const metrics = measure([{}, {}, { page: 'company' }, { page: 'company', outcome: 'wall' }]);
    const none = { requests: 0, answered: 0, redirected: 0, refused: 0, failed: 0 };
    expect(metrics).toMatchObject({ total: 4, per_profile_found: 2 });
    expect(metrics.by_page).toEqual([
        { page: 'profile', ...none, requests: 2, answered: 2 },
        { page: 'company', ...none, requests: 2, answered: 1, refused: 1 },
    ]);
    expect(withoutColumns(renderRequestTable(metrics))).toContain(
        '<th scope="row">For companies</th><td>2</td><td>1</td><td>0</td><td>1 (50 %)</td><td>0</td>',
    );
});

it('has no bytes where a client cannot count them, and is null without requests', () => {
    expect(measure([{}, { bytes: null }, {}])).toMatchObject({ bytes: null, bytes_per_profile_found: null });
    expect(createRequestMetrics().read()).toBeNull();
});

it('has no figures per profile found without any', () => {
    expect(measure([{ outcome: 'blocked' }])).toMatchObject({ per_profile_found: null, bytes_per_profile_found: null });
});

it('is rendered as text and a table', () => {
    const html = renderRequestTable(measure([{}, {}, { sessionUse: 2, outcome: 'blocked' }]));
    expect(html).toContain('3 requests to LinkedIn, 1.5 for each profile found.');
    expect(html).toContain('120 KB transferred, 60 KB for each profile found.');
    expect(html).toContain('Refused: status 999 1.');
    expect(withoutColumns(html)).toContain(
        '<th scope="row">Second page of a session</th><td>1</td><td>0</td><td>0</td><td>1 (100 %)</td><td>0</td>',
    );
    expect(html).not.toContain('Third');
    expect(html).toContain('Proxy: RESIDENTIAL, US');
});

it('is rendered as a chart of refusals over time', async () => {
    const clock = new FakeClock();
    const metrics = createRunMetrics(clock);
    expect(renderRefusalChart(metrics.getMetrics().timeline)).toBe('');
    for (let second = 0; second < 20; second += 1) {
        for (const outcome of ['found', 'found', 'found', second < 10 ? 'found' : 'wall'] as const) {
            metrics.recordRequest({ ...usual, outcome });
        }
        await clock.advance(1000);
    }
    const chart = renderRefusalChart(metrics.getMetrics().timeline);
    expect(chart).toContain('13 % of 80 requests were refused, 25 % of the latest 40.');
    expect(chart.match(/V75\.0H/g)).toHaveLength(10);
});
