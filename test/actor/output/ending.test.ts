import { describe, expect, it } from 'vitest';
import { describeEnding, describeResume } from '../../../src/actor/output/ending.ts';
import type { RunEnding, RunTotals } from '../../../src/actor/output/totals.ts';

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
