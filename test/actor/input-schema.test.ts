import { readFileSync } from 'node:fs';
import { validateInputSchema, validateInputUsingValidator } from '@apify/input_schema';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { duplicateModes, exportFormats, inputSchema, keepableFields, parseInput } from '../../src/actor/input/input.ts';
import { sampleLines } from '../../src/actor/input/load-input.ts';
import { storageIdSchema } from '../../src/actor/input/field-values.ts';
import { modes } from '../../src/enrichment/result/result.ts';
import { parseSandboxHandle } from '../../src/sources/sandbox/sandbox-handle.ts';

type Field = {
    title: string;
    description: string;
    type: string;
    editor?: string;
    resourceType?: string;
    resourcePermissions?: string[];
    pattern?: string;
    default?: unknown;
    prefill?: unknown;
    enum?: string[];
    enumTitles?: string[];
    items?: { enum?: string[]; enumTitles?: string[] };
    minimum?: number;
    maximum?: number;
};

const schema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as { properties: Record<string, Field> };
const shown = schema.properties;

/** The errors of Apify's own validator, shown in the form or returned to the caller before a run starts. */
function findMistakes(input: Record<string, unknown>): string[] {
    const validator = new Ajv2019({ strict: false, allErrors: true }).compile(schema);
    const mistakes = validateInputUsingValidator(validator, schema, input);
    return mistakes.map(({ message }) => message);
}

/** Aliases. The Actor accepts them; two fields for one thing would only confuse in the form. */
const aliases = [
    'urls',
    'linkedinUrls',
    'profiles',
    'queries',
    'publicIdentifiers',
    'maxItems',
    'maxResults',
    'source',
] as const satisfies Array<keyof typeof inputSchema.shape>;

describe('INPUT_SCHEMA.json', () => {
    const accepts = (field: string, value: unknown) => parseInput({ [field]: value }).ok;
    const sort = (names: string[]) => names.toSorted((one, other) => one.localeCompare(other));

    it('is valid by Apify’s own validator', () => {
        expect(() => validateInputSchema(new Ajv2019({ strict: false }), schema)).not.toThrow();
    });

    it('has every field the Actor reads, aliases excepted, and nothing else', () => {
        expect(sort([...Object.keys(shown), ...aliases])).toEqual(sort(Object.keys(inputSchema.shape)));
    });

    it('states the Actor’s defaults', () => {
        const defaults = inputSchema.parse({});
        for (const [name, field] of Object.entries(shown)) {
            // The platform writes the default into the input; an input without the field uses no proxy.
            if (name === 'proxyConfiguration') continue;
            const value = defaults[name as keyof typeof defaults];
            const expected = name === 'fields' ? [] : field.default;
            expect(value ?? (name === 'fields' ? [] : undefined), name).toEqual(expected);
        }
    });

    it('offers the choices that the Actor accepts, with titles where the values do not explain themselves', () => {
        expect(shown['mode']?.enum).toEqual([...modes]);
        expect(shown['duplicates']?.enum).toEqual([...duplicateModes]);
        expect(shown['exportFormat']?.enum).toEqual([...exportFormats]);
        expect(shown['fields']?.items?.enum).toEqual([...keepableFields]);
        // Field names explain themselves.
        const { fields: _fields, ...others } = shown;
        for (const [name, field] of Object.entries(others)) {
            const { enum: choices, enumTitles } = field.enum ? field : (field.items ?? {});
            expect(enumTitles?.length, name).toBe(choices?.length);
        }
    });

    it('has the Actor’s bounds', () => {
        const bounded = Object.entries(shown).filter(([, { type }]) => type === 'integer' || type === 'number');
        expect(bounded).toHaveLength(8);
        for (const [name, { minimum = Number.NaN, maximum }] of bounded) {
            expect([accepts(name, minimum), accepts(name, maximum ?? 1e9)], name).toEqual([true, true]);
            expect(accepts(name, minimum - 1), name).toBe(false);
            expect(maximum !== undefined && accepts(name, maximum + 1), name).toBe(false);
        }
    });

    it('is prefilled with the lines that a live run treats as samples', () => {
        expect(shown['profileUrls']?.prefill).toEqual(sampleLines);
    });

    it('is prefilled with a run that costs nothing and ends in seconds', () => {
        expect(shown['mode']?.prefill).toBe('test');
        const handles = z
            .array(z.string())
            .parse(shown['profileUrls']?.prefill)
            .map((url) => url.split('/').at(-2) ?? '');
        const kinds = handles.map((handle) => parseSandboxHandle(handle)?.kind);
        expect(kinds).not.toContain(undefined);
        expect(kinds).not.toContain('timeout');
        expect(kinds).not.toContain('slow');
    });

    it('opens the user’s storages only through a picker, read-only', () => {
        const storages = Object.entries(shown).filter(([name]) => /(?:dataset|store|List)Id$/i.test(name));
        expect(storages.map(([name]) => name)).toEqual(['datasetId', 'suppressionListId']);
        for (const [, { editor, resourceType, resourcePermissions, pattern = '' }] of storages) {
            expect(editor).toBe('resourcePicker');
            expect(resourceType).toMatch(/^(?:dataset|keyValueStore)$/);
            expect(resourcePermissions).toEqual(['READ']);
            // The form rejects what the Actor rejects.
            const ids = ['WkzbQMuFYuamGv3YF', ' my-list ', 'someone~my-list', 'a.b/c_d', '', 'my list', '../x', '-x'];
            for (const id of ids) {
                const isTaken = id === '' || storageIdSchema.safeParse(id).success;
                expect(new RegExp(pattern).test(id), id).toBe(isTaken);
            }
        }
    });
});

describe('Apify’s validation before a run starts', () => {
    it('accepts the prefilled form and fields that no-code tools leave empty', () => {
        const filledIn = Object.entries(shown).map(([name, { prefill, default: value }]) => [name, prefill ?? value]);
        expect(findMistakes(Object.fromEntries(filledIn.filter(([, value]) => value !== undefined)))).toEqual([]);
        expect(findMistakes({ datasetId: '', suppressionListId: '', apiBaseUrl: '', watch: '' })).toEqual([]);
    });

    it('accepts lists with invalid lines, which become rows, and aliases', () => {
        expect(findMistakes({ profileUrls: ['no profile', null, 7, { url: 'https://example.com' }] })).toEqual([]);
        expect(findMistakes({ usernames: [1234] })).toEqual([]);
        expect(findMistakes({ urls: 'https://www.linkedin.com/in/someone/', maxItems: '5', extra: true })).toEqual([]);
    });

    it.each([
        ['profileUrls', 'https://www.linkedin.com/in/someone/', 'Enter a list with one profile URL per line.'],
        ['mode', 'Test', 'Choose `live` or `test`.'],
        ['maxProfiles', 0, 'The minimum is 1.'],
        ['maxProfiles', 'ten', 'Enter a whole number.'],
        ['sessionMaxUses', 51, 'The maximum is 50.'],
        ['timeoutSecs', 601, 'The maximum is 600.'],
        ['maxRequestsPerSecond', 0, 'The minimum is 0.1.'],
        ['estimateOnly', 'yes', 'Must be `true` or `false`.'],
        [
            'suppressionListId',
            'my list',
            'Choose a key-value store, or enter its id or name: letters, digits and hyphens.',
        ],
        ['datasetId', 'my list', 'Choose a dataset, or enter its id or name: letters, digits and hyphens.'],
        ['apiBaseUrl', 'api.example.com', 'Enter an address that begins with https://.'],
        ['watch', 'x'.repeat(101), 'A name has at most 100 characters.'],
    ])('says of a wrong %s (%j) what to give', (field, value, message) => {
        expect(findMistakes({ [field]: value })).toEqual([message]);
    });
});

describe('for an MCP client the schema', () => {
    // Apify's MCP server shows the first 20 fields and 500 characters of a text.
    const firstFields = Object.keys(shown).slice(0, 20);

    it('has the fields that decide results and cost among the first 20, with texts short enough', () => {
        expect(firstFields).toEqual(
            expect.arrayContaining(['profileUrls', 'mode', 'requiredFields', 'includeCompanyDetails', 'maxProfiles']),
        );
        for (const [name, { title, description }] of Object.entries(shown)) {
            expect(title.length, name).toBeLessThanOrEqual(50);
            expect(description.length, name).toBeLessThanOrEqual(500);
            expect(description, name).toMatch(/[.:)]$/);
        }
    });

    it('says that the prefilled `mode` is not the default', () => {
        expect(shown['mode']?.description).toContain('`live` looks up real people and is the default without');
    });
});
