import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { notFoundProblem } from '../../../../src/actor/output/guidance.ts';
import { createProblems } from '../../../../src/actor/output/exports/problems.ts';
import type { RunOutput } from '../../../../src/actor/output/totals.ts';
import { renderReport } from '../../../../src/actor/output/report/render-report.ts';
import type { ReportFacts } from '../../../../src/actor/output/report/render-report.ts';
import { describeTable } from '../../../../src/actor/console-report.ts';
import { renderRegions } from '../../../../src/actor/output/live-page/render-live-page.ts';
import { createStatistics } from '../../../../src/actor/output/report/statistics.ts';
import type { Row, RowDraft } from '../../../../src/actor/ledger/row.ts';
import type { Profile } from '../../../../src/enrichment/result/profile.ts';
import type { SourceName } from '../../../../src/enrichment/result/result.ts';
import { buildLiveState } from '../../../helpers/runs/build-live-state.ts';
import { inputLinesOf, worklistOf } from '../../../helpers/runs/worklist-of.ts';
import { buildProfile, buildRowDraft } from '../../../helpers/ledger/build-row-draft.ts';

const toRow = (draft: RowDraft): Row => ({ ...draft, meta: { ...draft.meta, batch_id: 'batch' } });
const personRow = (index: number, changes: Partial<Profile>): Row =>
    toRow({ ...buildRowDraft(index), profile: buildProfile(changes) } as RowDraft);
const located = (country: string | null) => ({ country, state: null, city: null, default: country, short: null });

function read(rows: Row[]) {
    const statistics = createStatistics();
    for (const row of rows) statistics.add(row);
    return statistics.read();
}

const runOutput: RunOutput = {
    ...buildLiveState().totals,
    ending: 'completed',
    message: '1,000 of 1,000 lines done.',
    mode: 'live',
    charging: 'platform',
    seconds: 250,
    left_out: 0,
    warnings: [],
    sources: {},
};

const render = (changes: Partial<ReportFacts> = {}): string => renderReport(factsOf(changes));

function factsOf(changes: Partial<ReportFacts> = {}): ReportFacts {
    return {
        output: runOutput,
        why: '',
        failedCount: 0,
        statistics: read([]),
        problems: [],
        places: [],
        startedAt: Date.parse('2026-01-01T09:55:00Z'),
        timeline: { binMs: 1000, sent: [4, 4], ended: [4, 4], refused: [1, 0] },
        limitPerSecond: 4,
        endedAt: Date.parse('2026-01-01T10:00:00Z'),
        isResumed: false,
        ...changes,
    };
}

const companies = { asked: 14, found: 10, not_found: 2, refused: 1, failed: 1 };

describe('the companies of a run', () => {
    it('are counted in the report by outcome', () => {
        const { output } = factsOf();
        expect(renderReport(factsOf())).not.toContain('Company pages');
        const report = renderReport(factsOf({ output: { ...output, companies } }));
        expect(report).toContain('Company pages requested: 14, each once');
        for (const label of ['found', 'not found', 'refused', 'failed or timed out'])
            expect(report).toContain(`<th scope="row">${label}</th>`);
    });

    it('are counted on the live page and in the terminal table', () => {
        const { metrics } = renderRegions(buildLiveState({ companies }));
        expect(metrics).toContain(
            '<dt>Companies found</dt><dd>10<small>of 14 requested, 2 not found, 1 refused, 1 failed or timed out</small></dd>',
        );
        expect(renderRegions(buildLiveState()).metrics).not.toContain('Companies');
        expect(describeTable({ ...factsOf().output, companies })).toMatch(/companies found +10 of 14\n/);
    });
});

describe('the statistics of a run', () => {
    it('count countries and companies, most frequent first, in a stable order', () => {
        const company = (name: string) => ({ name, linkedin_url: null });
        const { countries, companies } = read([
            personRow(0, { location: located('CZ'), company: company('Beta') }),
            personRow(1, { location: located('US'), company: company('Alpha') }),
            personRow(2, { location: located('US') }),
            personRow(3, { location: located(null) }),
        ]);
        expect(countries).toEqual([
            { label: 'US', count: 2 },
            { label: 'CZ', count: 1 },
        ]);
        expect(companies.map(({ label }) => label)).toEqual(['Alpha', 'Beta']);
    });

    it('count duplicates once', () => {
        const row = { ...personRow(1, {}), duplicate_of: 0 };
        expect(read([personRow(0, {}), row]).foundCount).toBe(1);
    });

    it('omit fields that are not selected', () => {
        const row = { ...personRow(0, {}), profile: { full_name: 'Ada', skills: ['A'] } } as unknown as Row;
        expect(read([row]).completeness.otherParts).toEqual([{ label: 'Skills', count: 1 }]);
    });

    it('count completeness by number of parts, part and source, whatever is selected', () => {
        const rowOf = (source: SourceName, missing: string[]): Row => {
            const draft = buildRowDraft(0);
            const meta = { ...draft.meta, source, missing, completeness: (8 - missing.length) / 8, batch_id: 'b' };
            return { ...draft, profile: { full_name: 'Ada' }, meta } as unknown as Row;
        };
        const { byPartCount, mainParts, sources } = read([
            rowOf('ai-ark', []),
            rowOf('public-page', ['title', 'summary']),
            rowOf('public-page', ['title']),
            rowOf('public-page', []),
        ]).completeness;
        expect(byPartCount).toEqual([
            { label: '8 of 8', count: 2 },
            { label: '7 of 8', count: 1 },
            { label: '6 of 8', count: 1 },
        ]);
        expect(mainParts).toMatchObject([
            { label: 'Name', count: 4 },
            { label: 'Headline', count: 4 },
            { label: 'Title', count: 2 },
            { label: 'Company', count: 4 },
            { label: 'Location', count: 4 },
            { label: 'Summary', count: 3 },
            { label: 'Positions', count: 4 },
            { label: 'Educations', count: 4 },
        ]);
        expect(sources).toEqual([
            { source: 'public-page', count: 3, average: 0.875, oftenMissing: ['Title'] },
            { source: 'ai-ark', count: 1, average: 1, oftenMissing: [] },
        ]);
    });
});

/** Problems of rows and invalid lines. */
function readProblems(rows: Row[], urls: string[] = []) {
    const lines = inputLinesOf(urls);
    const runLines = { lists: [{ name: 'profileUrls', columns: [] }], lines, leftOut: [] };
    const problems = createProblems({ runLines, worklist: worklistOf(urls) });
    for (const row of rows) problems.add(row);
    return problems.readGroups();
}

const errorRow = (index: number, message: string): Row =>
    toRow({ ...buildRowDraft(index, 'error'), message } as RowDraft);

describe('the problems of a run', () => {
    it('are grouped by reason, each with advice', () => {
        const problems = readProblems(
            [
                errorRow(8, 'LinkedIn showed a sign-in wall. Try again later.'),
                errorRow(2, 'LinkedIn showed a sign-in wall. Try again later.'),
                errorRow(5, 'LinkedIn did not respond in time. Try again later.'),
                toRow(buildRowDraft(3, 'not_found')),
            ],
            ['https://www.linkedin.com/company/acme'],
        );
        expect(problems.map(({ problem, what_to_do: advice, count }) => [problem, advice, count])).toEqual([
            ['LinkedIn showed a sign-in wall.', 'Try again later.', 2],
            ['This is a company page, not a person.', 'Give the URL of a profile (linkedin.com/in/…).', 1],
            ['LinkedIn did not respond in time.', 'Try again later.', 1],
            [notFoundProblem.problem, notFoundProblem.advice, 1],
        ]);
        expect(problems[0]?.lines.map(({ line }) => line)).toEqual([3, 9]);
    });

    it('list the first fifty lines in list order, whatever the order of the rows', () => {
        const indexes = Array.from({ length: 200 }, (_, place) => (place * 77) % 200);
        const [group] = readProblems(indexes.map((index) => errorRow(index, 'Refused. Try again.')));
        expect(group?.count).toBe(200);
        expect(group?.lines.map(({ line }) => line)).toEqual(Array.from({ length: 50 }, (_, place) => place + 1));
    });
});

describe('the report', () => {
    it('is self-contained', () => {
        const html = render();
        expect(html).not.toMatch(/@import|url\(|<script [^>]/);
        expect(html.match(/(?:src|href)="[^"]*"/g)).toEqual(['href="data:,"', 'href="#problems"']);
    });

    it('allows only its own script', () => {
        const html = render();
        const [, script = ''] = /<script>([^]*)<\/script>/.exec(html) ?? [];
        const hash = createHash('sha256').update(script).digest('base64');
        expect(html).toContain(`script-src 'sha256-${hash}'`);
    });

    it('shows hostile text as text', () => {
        const hostile = '"><script>alert(1)</script>';
        const row = toRow({ ...buildRowDraft(0, 'error'), url: hostile, message: hostile } as RowDraft);
        const person = personRow(1, { company: { name: hostile, linkedin_url: null } });
        const html = render({ statistics: read([row, person]), problems: readProblems([row]), why: hostile });
        expect(html.match(/<script/g)).toHaveLength(1);
        expect(html).toContain('&lt;script&gt;alert(1)');
    });

    it('starts with the next steps', () => {
        const totals = { ...runOutput, found: 0, errors: 0, invalid: 3, not_found: 0 };
        const html = render({ output: totals, why: 'The run was aborted.', failedCount: 2 });
        const steps = html.slice(html.indexOf('Next steps'), html.indexOf('Outcomes'));
        expect(steps.match(/<li>/g)).toHaveLength(3);
        expect(steps).toMatch(/The run was aborted.*FAILED_URLS.*invalid lines/s);
        expect(html.indexOf('No profile was found')).toBeLessThan(html.indexOf('Next steps'));
    });

    it('links rows, files and profiles', () => {
        const storageDir = '/srv/actor/storage';
        const places = [
            { name: 'Your list', storageDir, path: 'key_value_stores/default/profiles.csv', note: '' },
            { name: 'Rows', storageDir, path: 'datasets/default/', note: '' },
        ];
        const html = render({ places, problems: readProblems([errorRow(0, 'Refused. Try again.')]) });
        expect(html).toContain('<a href="profiles.csv">Your list</a>');
        expect(html).toContain('<a href="../../datasets/default/">Rows</a>');
        expect(html).toContain('<a href="https://www.linkedin.com/in/');
        expect(html).toContain('Copy the address</button>');
    });

    it('states the number found once, and omits empty sections', () => {
        const totals = { ...runOutput, found: 217, charged: 216 };
        const html = render({ output: totals });
        expect(html.match(/217/g)).toHaveLength(1);
        expect(html).not.toMatch(/<h2[^>]*>(?:Problems|Completeness|Countries|Top companies|Latency|Requests)</);
    });

    it('draws a bar for the smallest number', () => {
        const html = render({ output: { ...runOutput, lines: 5000, found: 4999, errors: 1 } });
        expect(html).toContain('<rect class="bad" width="2.00"');
    });

    it('has text for every chart', () => {
        const html = render();
        for (const picture of html.match(/<svg[^>]*>/g) ?? []) {
            expect(picture).toMatch(/role="img" aria-label="[^"]{20,}"|aria-hidden="true"/);
        }
    });

    it('says when the run was interrupted and its chart begins later', () => {
        expect(render({ isResumed: true })).toContain('the chart begins where it was resumed');
    });
});
