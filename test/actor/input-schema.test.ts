import { readFileSync } from 'node:fs';
import { validateInputSchema, validateInputUsingValidator } from '@apify/input_schema';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { duplicateModes, exportFormats, inputSchema, keepableFields, parseInput } from '../../src/actor/input/input.ts';
import { sampleLines } from '../../src/actor/input/lines/sample-lines.ts';
import { storageIdSchema } from '../../src/actor/input/lists/json/field-values.ts';
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

/** What Apify answers a caller or shows in the form before a run starts, by its own validator. */
function findMistakes(input: Record<string, unknown>): string[] {
    const validator = new Ajv2019({ strict: false, allErrors: true }).compile(schema);
    const mistakes = validateInputUsingValidator(validator, schema, input);
    return mistakes.map(({ message }) => message);
}

/** Other names that callers use. The Actor takes them; a form with two fields for one thing would only confuse. */
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

    it('shows every field the Actor reads but for other names of one, and nothing else', () => {
        expect(sort([...Object.keys(shown), ...aliases])).toEqual(sort(Object.keys(inputSchema.shape)));
    });

    it('states the defaults that the Actor has', () => {
        const defaults = inputSchema.parse({});
        for (const [name, field] of Object.entries(shown)) {
            // The platform writes it into the input. A run whose input has none goes without.
            if (name === 'proxyConfiguration') continue;
            const value = defaults[name as keyof typeof defaults];
            const expected = name === 'fields' ? [] : field.default;
            expect(value ?? (name === 'fields' ? [] : undefined), name).toEqual(expected);
        }
    });

    it('offers the choices that the Actor takes, each with a title where the words do not say it', () => {
        expect(shown['mode']?.enum).toEqual([...modes]);
        expect(shown['duplicates']?.enum).toEqual([...duplicateModes]);
        expect(shown['exportFormat']?.enum).toEqual([...exportFormats]);
        expect(shown['fields']?.items?.enum).toEqual([...keepableFields]);
        // The names of fields say it.
        const { fields: _fields, ...others } = shown;
        for (const [name, field] of Object.entries(others)) {
            const { enum: choices, enumTitles } = field.enum ? field : (field.items ?? {});
            expect(enumTitles?.length, name).toBe(choices?.length);
        }
    });

    it('has the bounds that the Actor holds', () => {
        const bounded = Object.entries(shown).filter(([, { type }]) => type === 'integer' || type === 'number');
        expect(bounded).toHaveLength(8);
        for (const [name, { minimum = Number.NaN, maximum }] of bounded) {
            expect([accepts(name, minimum), accepts(name, maximum ?? 1e9)], name).toEqual([true, true]);
            expect(accepts(name, minimum - 1), name).toBe(false);
            expect(maximum !== undefined && accepts(name, maximum + 1), name).toBe(false);
        }
    });

    it('is filled in with the lines that a live run knows for samples', () => {
        expect(shown['profileUrls']?.prefill).toEqual(sampleLines);
    });

    it('is filled in with a run that costs nothing and ends in seconds', () => {
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

    it('opens storages of the user by a picker alone, to read them', () => {
        const storages = Object.entries(shown).filter(([name]) => /(?:dataset|store|List)Id$/i.test(name));
        expect(storages.map(([name]) => name)).toEqual(['datasetId', 'suppressionListId']);
        for (const [, { editor, resourceType, resourcePermissions, pattern = '' }] of storages) {
            expect(editor).toBe('resourcePicker');
            expect(resourceType).toMatch(/^(?:dataset|keyValueStore)$/);
            expect(resourcePermissions).toEqual(['READ']);
            // The form refuses what the Actor refuses.
            const ids = ['WkzbQMuFYuamGv3YF', ' my-list ', 'someone~my-list', 'a.b/c_d', '', 'my list', '../x', '-x'];
            for (const id of ids) {
                const isTaken = id === '' || storageIdSchema.safeParse(id).success;
                expect(new RegExp(pattern).test(id), id).toBe(isTaken);
            }
        }
    });
});

describe('Apify, before a run starts,', () => {
    it('takes what the form is filled in with, and what no-code tools leave empty', () => {
        const filledIn = Object.entries(shown).map(([name, { prefill, default: value }]) => [name, prefill ?? value]);
        expect(findMistakes(Object.fromEntries(filledIn.filter(([, value]) => value !== undefined)))).toEqual([]);
        expect(findMistakes({ datasetId: '', suppressionListId: '', apiBaseUrl: '', watch: '' })).toEqual([]);
    });

    it('takes a list with odd lines, which become rows, and the other names that callers use', () => {
        expect(findMistakes({ profileUrls: ['no profile', null, 7, { url: 'https://example.com' }] })).toEqual([]);
        expect(findMistakes({ usernames: [1234] })).toEqual([]);
        expect(findMistakes({ urls: 'https://www.linkedin.com/in/someone/', maxItems: '5', extra: true })).toEqual([]);
    });

    it.each([
        ['profileUrls', 'https://www.linkedin.com/in/someone/', 'Give a list with one profile URL per line.'],
        ['mode', 'Test', 'Choose `live` or `test`.'],
        ['maxProfiles', 0, 'The least is 1.'],
        ['maxProfiles', 'ten', 'Give a whole number.'],
        ['sessionMaxUses', 51, 'The most is 50.'],
        ['timeoutSecs', 601, 'The most is 600.'],
        ['maxRequestsPerSecond', 0, 'The least is 0.1.'],
        ['estimateOnly', 'yes', 'Give `true` or `false`.'],
        [
            'suppressionListId',
            'my list',
            'Choose a key-value store, or give its id or name: letters, digits and hyphens.',
        ],
        ['datasetId', 'my list', 'Choose a dataset, or give its id or name: letters, digits and hyphens.'],
        ['apiBaseUrl', 'api.example.com', 'Give an address that begins with https://.'],
        ['watch', 'x'.repeat(101), 'A name has 100 characters at most.'],
    ])('says of a wrong %s (%j) what to give', (field, value, message) => {
        expect(findMistakes({ [field]: value })).toEqual([message]);
    });
});

describe('an agent', () => {
    // Apify's MCP server shows the first 20 fields of a card and 500 characters of a text.
    const firstFields = Object.keys(shown).slice(0, 20);

    it('is shown the fields that decide what it gets and what that costs, and each text whole', () => {
        expect(firstFields).toEqual(
            expect.arrayContaining(['profileUrls', 'mode', 'requiredFields', 'includeCompanyDetails', 'maxProfiles']),
        );
        for (const [name, { title, description }] of Object.entries(shown)) {
            expect(title.length, name).toBeLessThanOrEqual(50);
            expect(description.length, name).toBeLessThanOrEqual(500);
            expect(description, name).toMatch(/[.:)]$/);
        }
    });

    it('is told that the sample in `mode` is not what it gets without', () => {
        expect(shown['mode']?.description).toContain('`live` looks up real people and is what you get without');
    });
});
