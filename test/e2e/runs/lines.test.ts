import { describe, expect, it } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';

describe('a run', () => {
    it('needs only Node on the machine', async () => {
        const result = await runActor(
            { ...quickInput, profileUrls: [urlOf('example-1')] },
            { env: { PATH: '/nowhere' } },
        );
        expect(result.exitCode).toBe(0);
        expect(result.log).not.toMatch(/WARN|ERROR|ENOENT|getconf/);
        expectTruth(result);
    });

    it('is compatible with existing callers', async () => {
        const result = await runActor({
            ...quickInput,
            profileUrls: [urlOf('example-7')],
            includeCompanyDetails: false,
        });
        expect(result.exitCode).toBe(0);
        expect(result.rows).toHaveLength(1);
        expect(result.rows[0]).toMatchObject({
            status: 'success',
            profile: {
                full_name: expect.any(String),
                position_groups: expect.arrayContaining([
                    expect.objectContaining({
                        profile_positions: expect.arrayContaining([
                            expect.objectContaining({ title: expect.any(String), company: expect.any(String) }),
                        ]),
                    }),
                ]),
                educations: [expect.objectContaining({ degree_name: expect.any(String) })],
                location: expect.objectContaining({ default: expect.any(String) }),
            },
        });
        expect(result.output.warnings).toEqual([]);
        expect(result.rows[0]).toMatchObject({ company_details: null });
        expectTruth(result);
    });

    it('answers every line once: one row per profile with its duplicates, invalid lines with a reason', async () => {
        const lines = [
            urlOf('example-1'),
            'uk.linkedin.com/in/Example-1',
            'https://example.com/x',
            urlOf('not-found-2'),
        ];
        const result = await runActor({ ...quickInput, profileUrls: lines });
        expect(result.output).toMatchObject({
            lines: 4,
            found: 1,
            not_found: 1,
            invalid: 1,
            duplicates: 1,
            remaining: 0,
        });
        const row = result.rows.find(({ status }) => status === 'success');
        expect(row).toMatchObject({
            input_index: 0,
            duplicate_urls: ['uk.linkedin.com/in/Example-1'],
            duplicate_count: 1,
        });
        expect(result.rows.find(({ input_index: index }) => index === 2)).toMatchObject({
            code: 'validation_failed',
            url: lines[2],
        });
        expectTruth(result);
    });

    it('writes a row per line in `repeat` mode, and charges a person once', async () => {
        const lines = [urlOf('example-1'), 'linkedin.com/in/example-1', urlOf('example-1')];
        const result = await runActor({ ...quickInput, duplicates: 'repeat', profileUrls: lines });
        expect(result.rows.map((row) => row.duplicate_of).sort((one, other) => (one ?? 9) - (other ?? 9))).toEqual([
            0,
            0,
            null,
        ]);
        expect(result.output).toMatchObject({ found: 1, duplicates: 2, would_charge: 1 });
        expectTruth(result);
    });

    it('keeps only the selected fields', async () => {
        const result = await runActor({
            ...quickInput,
            fields: ['full_name', 'headline'],
            profileUrls: [urlOf('example-1')],
        });
        const [row] = result.rows;
        expect(row?.status === 'success' && Object.keys(row.profile).sort()).toEqual(['full_name', 'headline']);
    });

    it('neither fetches nor shows a person on the suppression list', async () => {
        const result = await runActor({
            ...quickInput,
            suppressedUrls: ['linkedin.com/in/example-1'],
            profileUrls: [urlOf('example-1')],
        });
        expect(result.rows).toEqual([expect.objectContaining({ status: 'not_found' })]);
        expect(result.rows[0]?.meta.attempts).toBe(0);
    });

    it('estimates without fetching', async () => {
        const result = await runActor({
            ...quickInput,
            estimateOnly: true,
            profileUrls: [urlOf('example-1'), urlOf('example-1'), 'x y'],
        });
        expect(result.output.estimate).toEqual({ valid: 1, duplicates: 1, invalid: 1, max_cost_usd: 0, seconds: 1 });
        expect(result.rows).toHaveLength(0);
    });

    it('reports a handle unknown to the sandbox as such, not as a real person’s', async () => {
        const profileUrls = [urlOf('example-1'), urlOf('example-1234567890')];
        const result = await runActor({ ...quickInput, profileUrls });
        expect(result.rows.find(({ status }) => status === 'error')).toMatchObject({
            code: 'validation_failed',
            message: expect.stringMatching(
                /^This is not a sandbox profile and `mode` is `test`, so it was not fetched\./,
            ),
        });
    });

    it('shortens the echo of an overlong line', async () => {
        const result = await runActor({ ...quickInput, profileUrls: [urlOf('example-1'), 'x'.repeat(10_000_000)] });
        expect(result.output).toMatchObject({ found: 1, invalid: 1, ending: 'completed' });
        const row = result.rows.find(({ status }) => status === 'error');
        expect(row).toMatchObject({ url: `${'x'.repeat(2000)}…`, message: expect.stringContaining('too long') });
    });

    it('succeeds with a message when every line is invalid', async () => {
        const result = await runActor({ profileUrls: ['a b', 'c d', 'e f'] });
        expect(result.exitCode).toBe(0);
        expect(result.output.message).toBe('None of the 3 lines is a LinkedIn profile URL.');
        expect(result.rows).toHaveLength(3);
    });

    it('answers 5,000 lines with duplicates and invalid ones, and its totals add up', async () => {
        const profileUrls = Array.from({ length: 5000 }, (_, n) => {
            if (n % 10 === 9) return `no profile ${n}`;
            return urlOf(n % 10 === 8 ? `not-found-${n % 700}` : `bare-${n % 700}`);
        });
        const result = await runActor({ ...quickInput, maxRequestsPerSecond: 500, profileUrls });
        expect(result.exitCode).toBe(0);
        expect(result.output).toMatchObject({
            lines: 5000,
            found: 560,
            not_found: 70,
            errors: 0,
            invalid: 500,
            duplicates: 3870,
            remaining: 0,
        });
        expect(result.rows).toHaveLength(1130);
        expect(result.rows.flatMap((row) => row.duplicate_urls)).toHaveLength(3870);
        expectTruth(result);
    }, 120_000);
});
