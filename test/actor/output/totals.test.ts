import { describe, expect, it } from 'vitest';
import { describeTable } from '../../../src/actor/console-report.ts';
import { planCharging, type PricingFacts } from '../../../src/actor/ledger/pricing.ts';
import type { StoredRow } from '../../../src/actor/ledger/row.ts';
import { describeEnding } from '../../../src/actor/output/ending.ts';
import { renderLivePage } from '../../../src/actor/output/live-page/render-live-page.ts';
import { renderReport } from '../../../src/actor/output/report/render-report.ts';
import { createStatistics } from '../../../src/actor/output/report/statistics.ts';
import { costOf, countWouldCharge, describeCost, totalRun, type RunOutput } from '../../../src/actor/output/totals.ts';
import { buildLiveState } from '../../helpers/runs/build-live-state.ts';
import { worklistOf } from '../../helpers/runs/worklist-of.ts';

function row(inputIndex: number, changes: Partial<StoredRow> = {}): StoredRow {
    const status = changes.status ?? 'success';
    const meta = { batch_id: 'b1', credits_used: status === 'success' && !changes.duplicate_of ? 1 : 0 };
    return { input_index: inputIndex, status, duplicate_of: null, meta, ...changes };
}

const totalsOf = (lines: string[], rows: StoredRow[], chargedBatchIds = ['b1']) =>
    totalRun(worklistOf(lines), { rows, chargedBatchIds, owedCount: 0, skipped: new Map() });

describe('the totals of a run', () => {
    it('count every line once', () => {
        const lines = ['ada', 'Ada', 'bob', 'x y', 'cem', 'dora', 'eve'];
        const totals = totalsOf(lines, [
            row(0),
            row(2, { status: 'not_found' }),
            row(3, { status: 'error', code: 'validation_failed' }),
            row(4, { status: 'error', code: 'upstream_error' }),
            row(5, { duplicate_of: 0, meta: { batch_id: 'b1', credits_used: 0 } }),
        ]);
        expect(totals).toEqual({
            lines: 7,
            found: 1,
            partial: 0,
            unchanged: 0,
            not_found: 1,
            errors: 1,
            invalid: 1,
            duplicates: 2,
            remaining: 1,
            charged: 1,
        });
    });

    it('count as charged only what is known to be charged', () => {
        expect(totalsOf(['ada'], [row(0)], []).charged).toBe(0);
    });

    it('count profiles without a required field as found, partial and not charged', () => {
        const partial = row(0, { meta: { batch_id: 'b0', credits_used: 0, is_partial: true } });
        expect(totalsOf(['ada', 'bob'], [partial, row(1)])).toMatchObject({
            found: 2,
            partial: 1,
            charged: 1,
            remaining: 0,
        });
    });

    it('count duplicates with their own row in repeat mode as duplicates', () => {
        const totals = totalsOf(
            ['ada', 'ada'],
            [row(0), row(1, { duplicate_of: 0, meta: { batch_id: 'b1', credits_used: 0 } })],
        );
        expect(totals).toMatchObject({ found: 1, duplicates: 1, remaining: 0, charged: 1 });
    });
});

const facts: PricingFacts = {
    isAtHome: true,
    isPayPerEvent: true,
    mode: 'live',
    prices: { 'profile-found': 0.006 },
    rawPricing: null,
    maxTotalChargeUsd: Number.POSITIVE_INFINITY,
    chargedCounts: {},
    storedFound: 0,
    storedRows: 0,
};
const tiersUsd = { FREE: { tieredEventPriceUsd: 0.006 }, GOLD: { tieredEventPriceUsd: 0.004 } };
const tiered: PricingFacts = {
    ...facts,
    prices: {},
    rawPricing: { pricingPerEvent: { actorChargeEvents: { 'profile-found': { eventTieredPricingUsd: tiersUsd } } } },
};
const rowsOnly = { 'apify-default-dataset-item': 0.01 };

/** All texts about the money of one run. */
function readAll(changes: Partial<PricingFacts>): string[] {
    const { mode, isAtHome, ...plan } = { ...facts, ...changes };
    const charging = planCharging({ ...plan, mode, isAtHome });
    const { totals } = buildLiveState();
    const charged = mode === 'test' ? 0 : 1204;
    const isFree = charging.chargingMode === 'none';
    const runTotals = { ...totals, lines: 1300, found: 1210, partial: 6, charged: isFree ? 0 : charged };
    const cost = costOf(runTotals.charged, charging);
    const message = describeEnding('completed', runTotals, { owedCount: 0, isAtHome, isTest: mode === 'test', cost });
    const output: RunOutput = {
        ...runTotals,
        ...cost,
        ...countWouldCharge(runTotals, mode),
        ending: 'completed',
        message,
        mode,
        charging: charging.chargingMode,
        seconds: 1,
        left_out: 0,
        warnings: [],
        sources: {},
    };
    const { metrics } = buildLiveState();
    const livePage = renderLivePage(
        buildLiveState({ mode, totals: runTotals, charging: charging.chargingMode, cost: describeCost(cost) }),
    );
    const report = renderReport({
        output,
        why: '',
        failedCount: 0,
        problems: [],
        places: [],
        startedAt: 0,
        statistics: createStatistics().read(),
        timeline: metrics.timeline,
        limitPerSecond: 4,
        endedAt: 0,
        isResumed: false,
    });
    return [message, describeTable(output), livePage, report];
}

describe('money', () => {
    it('is stated in dollars in status, table, live page and report where the price is known', () => {
        for (const text of readAll({})) expect(text).toContain('$7.224');
        for (const text of readAll({ prices: rowsOnly })) expect(text).toContain('$12.04');
    });

    it('is stated as a maximum where the price has tiers', () => {
        for (const text of readAll(tiered)) expect(text).toContain('at most $7.224');
    });

    it('is 0 charged in test mode, with what a live run would charge, and no dollars', () => {
        for (const isAtHome of [true, false]) {
            const [status = '', ...pictures] = readAll({ mode: 'test', isAtHome });
            expect(status).toContain('Test mode: nothing is charged.');
            for (const text of pictures) {
                expect(text).toMatch(/[Cc]harged/);
                expect(text).toMatch(/a live run would charge\s+1,204/);
                expect(text).not.toContain('$');
            }
            expect(pictures[0]).toMatch(/charged \(test mode\)\s+0\n/);
        }
    });

    it('is not mentioned where nothing is billed', () => {
        for (const changes of [{ isPayPerEvent: false }, { isAtHome: false }, { prices: {} }]) {
            for (const text of readAll(changes)) expect(text).not.toContain('$');
        }
    });

    it('shows fractions of a cent without floating-point noise', () => {
        const { pricing, ...plan } = planCharging(facts);
        const most = { ...pricing, pricePerFoundUsd: 0.1 };
        expect(describeCost(costOf(3, { ...plan, pricing: most }))).toBe('$0.30');
    });
});
