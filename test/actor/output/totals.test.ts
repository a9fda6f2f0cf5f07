import { describe, expect, it } from 'vitest';
import type { StoredRow } from '../../../src/actor/ledger/row.ts';
import {
    describeEnding,
    describeResume,
    totalRun,
    type RunEnding,
    type RunTotals,
} from '../../../src/actor/output/totals.ts';
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

describe('the final message', () => {
    const totals: RunTotals = {
        lines: 5000,
        found: 1204,
        partial: 0,
        unchanged: 0,
        not_found: 90,
        errors: 1,
        invalid: 2,
        duplicates: 15,
        remaining: 3688,
        charged: 1204,
    };

    it.each<[RunEnding, string]>([
        ['completed', '1,312 of 5,000 lines done: 1,204 found'],
        ['budget', 'spending limit'],
        ['max_profiles', 'The limit of `maxProfiles` is reached.'],
        ['timeout', 'close to its timeout'],
        ['aborted', 'aborted'],
        ['refused', 'other proxies'],
        ['storage', 'storage does not accept'],
    ])('of a run that ended with %s has advice and all totals', (ending, words) => {
        const message = describeEnding(ending, totals, { owedCount: 0, isAtHome: true });
        expect(message).toContain(words);
        expect(message).toContain('1,204 found, 90 not found, 1 error, 2 invalid, 15 duplicates, 3,688 remaining.');
    });

    it('says when charges are pending', () => {
        expect(describeEnding('completed', totals, { owedCount: 1, isAtHome: true })).toContain(
            '1 found profile could not be charged yet',
        );
    });

    it('says how to resume on the platform or locally', () => {
        const local = { owedCount: 2, isAtHome: false };
        for (const ending of ['timeout', 'aborted', 'refused', 'storage'] as const) {
            const message = describeEnding(ending, totals, local);
            expect(message).toContain(`${describeResume(false)} to continue.`);
            expect(message).toContain(`${describeResume(false)} to complete the charges.`);
            expect(message).not.toMatch(/resurrect|Apify's/);
            expect(describeEnding(ending, totals, { ...local, isAtHome: true })).toContain(
                'resurrect the run to continue',
            );
        }
    });

    it('says the whole command, as the shells of the system take it', () => {
        expect(describeResume(false, 'linux')).toBe('run `APIFY_PURGE_ON_START=0 npm start`');
        expect(describeResume(false, 'darwin')).toBe(describeResume(false, 'linux'));
        expect(describeResume(false, 'win32')).toBe(
            'run `set "APIFY_PURGE_ON_START=0" && npm start` (in PowerShell `$env:APIFY_PURGE_ON_START=0; npm start`)',
        );
        expect(describeResume(true, 'win32')).toBe('resurrect the run');
    });

    it('says when there are only samples of the form', () => {
        const none = {
            ...totals,
            lines: 9,
            found: 0,
            not_found: 0,
            errors: 0,
            invalid: 9,
            duplicates: 0,
            remaining: 0,
        };
        const message = describeEnding('completed', none, { owedCount: 0, isAtHome: true, sampleCount: 9 });
        expect(message).toContain('only the samples of the input form');
    });

    it('says when no line is a profile URL', () => {
        const settled = { owedCount: 0, isAtHome: true };
        const none = {
            ...totals,
            lines: 3,
            found: 0,
            not_found: 0,
            errors: 0,
            invalid: 3,
            duplicates: 0,
            remaining: 0,
        };
        expect(describeEnding('completed', none, settled)).toBe('None of the 3 lines is a LinkedIn profile URL.');
        expect(describeEnding('completed', { ...none, lines: 1, invalid: 1 }, settled)).toBe(
            'The line given is not a LinkedIn profile URL.',
        );
    });
});
