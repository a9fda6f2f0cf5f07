import { describe, expect, it } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';
import { html, startScriptedServer } from '../../helpers/sites/scripted-server.ts';

const chargingEnv = { ACTOR_TEST_PAY_PER_EVENT: '1', ACTOR_MAX_TOTAL_CHARGE_USD: '100' };

describe('a run with a provider behind the page', () => {
    it('asks it for profiles that the page masks, and charges only those with the required fields', async () => {
        const result = await runActor(
            {
                ...quickInput,
                profileUrls: ['example-51', 'masked-52', 'unknown-53', 'not-found-54', 'wall-55'].map(urlOf),
                sources: ['sandbox', 'sandbox-provider'],
                requiredFields: ['title'],
            },
            { env: chargingEnv },
        );
        expect(result.exitCode).toBe(0);
        expect(result.output).toMatchObject({ found: 3, partial: 1, not_found: 1, errors: 1, would_charge: 2 });
        const rowOf = (handle: string) => result.rows.find(({ url }) => url.includes(handle));
        expect(rowOf('example-51')).toMatchObject({ meta: { source: 'sandbox', is_partial: false, data_as_of: null } });
        expect(rowOf('masked-52')).toMatchObject({
            profile: { title: expect.any(String) },
            meta: {
                source: 'sandbox-provider',
                data_as_of: '2026-06-01',
                credits_used: 0,
                sources_tried: [
                    { source: 'sandbox', outcome: 'partial', attempts: 1 },
                    { source: 'sandbox-provider', outcome: 'found', attempts: 1 },
                ],
            },
        });
        expect(rowOf('unknown-53')).toMatchObject({
            profile: { title: null },
            meta: { source: 'sandbox', is_partial: true, credits_used: 0 },
        });
        expect(rowOf('not-found-54')).toMatchObject({ status: 'not_found', meta: { sources_tried: [{}] } });
        expect(rowOf('wall-55')).toMatchObject({ status: 'error', meta: { cause: 'wall' } });
        expect(result.output.sources).toEqual({
            sandbox: expect.objectContaining({ asked: 5, found: 3, partial: 2, not_found: 1, refused: 1 }),
            'sandbox-provider': expect.objectContaining({ asked: 3, found: 1, not_found: 2 }),
        });
        expectTruth(result);
    });

    it('stays within its lookups, and keeps the page’s result where none are left', async () => {
        const result = await runActor({
            ...quickInput,
            profileUrls: ['masked-61', 'masked-62', 'masked-63'].map(urlOf),
            sources: ['sandbox', 'sandbox-provider'],
            requiredFields: ['title'],
            maxProviderLookups: 1,
            maxConcurrency: 1,
        });
        expect(result.output).toMatchObject({ found: 3, partial: 2, ending: 'completed' });
        expect(result.output.sources['sandbox-provider']).toMatchObject({ asked: 1 });
    });

    it('lists the rest when the only source is a provider and its lookups are used up', async () => {
        const result = await runActor({
            ...quickInput,
            profileUrls: ['masked-71', 'masked-72', 'masked-73'].map(urlOf),
            sources: ['sandbox-provider'],
            maxProviderLookups: 2,
        });
        expect(result.output).toMatchObject({ found: 2, remaining: 1, ending: 'lookups' });
        expect(result.output.message).toContain('`maxProviderLookups`');
        expect(result.remainingUrls).toHaveLength(1);
        expect(result.exitCode).toBe(0);
    });

    it('shows neither a rejected key nor the provider’s text, and continues with the page', async () => {
        const key = 'canary-key-5f1e';
        const provider = await startScriptedServer({
            '/api/developer-portal/v1/people': html(`{"error":"canary-body ${key}"}`, 401),
        });
        const result = await runActor(
            {
                ...quickInput,
                mode: 'live',
                profileUrls: ['linkedin.com/in/ada-example', 'linkedin.com/in/bob-example'],
                sources: ['ai-ark', 'public-page'],
                aiArkApiKey: key,
                maxProviderLookups: 10,
                maxAttempts: 1,
            },
            { env: { AI_ARK_ORIGIN: provider.origin, PUBLIC_PAGE_ORIGIN: provider.origin } },
        );
        await provider.close();
        expect(result.output).toMatchObject({ not_found: 2, ending: 'completed' });
        expect(result.output.warnings.join(' ')).toContain('AI Ark refuses the API key');
        const everything = JSON.stringify([result.log, result.output, result.rows, result.remainingUrls]);
        expect(everything).not.toContain('canary');
    });

    it('reports missing settings before anything is fetched', async () => {
        const result = await runActor({
            ...quickInput,
            mode: 'live',
            profileUrls: [urlOf('ada-example')],
            sources: ['ai-ark'],
        });
        expect(result.exitCode).toBe(1);
        expect(result.output.error).toMatchObject({ code: 'missing_provider_key' });
    });
});
