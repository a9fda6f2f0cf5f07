import { describe, expect, it } from 'vitest';
import { planSources, type SourceDefaults, type SourcesInput } from '../../../src/actor/input/sources.ts';

const nothing: SourceDefaults = { sources: ['public-page'], keys: {} };
const plan = (input: Partial<SourcesInput>, defaults = nothing) => planSources({ mode: 'live', ...input }, defaults);

describe('the sources of a run', () => {
    it('default to the operator’s', () => {
        expect(plan({})).toEqual({ names: ['public-page'], keys: {}, maxLookups: null });
        const operator: SourceDefaults = {
            sources: ['public-page', 'ai-ark'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
        };
        expect(plan({}, operator)).toEqual({
            names: ['public-page', 'ai-ark'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
            maxLookups: null,
        });
    });

    it('keep the given order, each once; `source` is a chain of one', () => {
        const sources = ['ai-ark', 'public-page', 'ai-ark'];
        expect(plan({ sources, aiArkApiKey: 'own', maxProviderLookups: 5 })).toEqual({
            names: ['ai-ark', 'public-page'],
            keys: { 'ai-ark': { value: 'own', name: 'aiArkApiKey' } },
            maxLookups: 5,
        });
        expect(plan({ source: 'enrichment-api' }).names).toEqual(['enrichment-api']);
        expect(plan({ source: 'enrichment-api', sources: ['public-page'] }).names).toEqual(['public-page']);
    });

    it('are the sandbox in test mode, whatever live sources the form has', () => {
        expect(plan({ mode: 'test', source: 'public-page' }).names).toEqual(['sandbox']);
        const sources = ['sandbox', 'sandbox-provider'];
        expect(plan({ mode: 'test', sources, maxProviderLookups: 3 })).toEqual({
            names: sources,
            keys: {},
            maxLookups: 3,
        });
    });

    it.each<[string, Partial<SourcesInput>, string]>([
        ['a sandbox in live mode', { sources: ['sandbox'] }, 'is for test mode'],
        ['a live source in test mode', { mode: 'test', sources: ['public-page'] }, 'not available in test mode'],
        ['a provider without a key', { sources: ['ai-ark'], maxProviderLookups: 1 }, 'Set `aiArkApiKey`'],
        ['a key without its provider', { enrichLayerApiKey: 'own' }, '`sources` does not name `enrich-layer`'],
        ['the caller’s own key without a limit', { sources: ['ai-ark'], aiArkApiKey: 'own' }, '`maxProviderLookups`'],
    ])('are an error: %s', (_name, input, sentence) => {
        expect(() => plan(input)).toThrow(sentence);
    });

    it('use the operator’s key only for a provider that the operator named', () => {
        const defaults: SourceDefaults = {
            sources: ['public-page'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
        };
        expect(() => plan({ sources: ['ai-ark'] }, defaults)).toThrow('Set `aiArkApiKey`');
    });

    it('never repeat a key in a message', () => {
        for (const input of [{ aiArkApiKey: 'canary-key' }, { sources: ['ai-ark'], aiArkApiKey: 'canary-key' }]) {
            expect(() => plan(input)).toThrow(
                expect.objectContaining({ message: expect.not.stringContaining('canary') }),
            );
        }
    });
});
