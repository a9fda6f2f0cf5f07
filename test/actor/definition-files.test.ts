import { readFileSync } from 'node:fs';
import {
    getActorSchemaValidator,
    getDatasetSchemaValidator,
    getKeyValueStoreSchemaValidator,
    getOutputSchemaValidator,
    inputSchema as apifyInputSchema,
} from '@apify/json_schemas';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sampleLines } from '../../src/actor/input/lines/sample-lines.ts';
import { duplicateModes, exportFormats, inputSchema, keepableFields, parseInput } from '../../src/actor/input/input.ts';
import { companyDetailsSchema } from '../../src/enrichment/result/company.ts';
import { modes } from '../../src/enrichment/result/result.ts';
import { parseSandboxHandle } from '../../src/sources/sandbox/sandbox-handle.ts';
import { buildCompany } from '../helpers/scripted-companies.ts';
import { buildRowDraft } from '../helpers/build-row-draft.ts';

type Field = {
    default?: unknown;
    prefill?: unknown;
    enum?: string[];
    items?: { enum?: string[] };
    minimum?: number;
    maximum?: number;
};
type Shown = { properties: Record<string, Field> };

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const shown = (read('INPUT_SCHEMA.json') as Shown).properties;

describe('the definition files', () => {
    it.each([
        ['.actor/actor.json', getActorSchemaValidator],
        ['INPUT_SCHEMA.json', () => new Ajv({ strict: false }).compile(apifyInputSchema)],
        ['.actor/dataset_schema.json', getDatasetSchemaValidator],
        ['.actor/output_schema.json', getOutputSchemaValidator],
        ['.actor/key_value_store_schema.json', getKeyValueStoreSchemaValidator],
    ])('%s is valid by Apify’s own schema', (path, getValidator) => {
        const validate = getValidator();
        validate(read(path));
        expect(validate.errors).toBeNull();
    });
});

describe('INPUT_SCHEMA.json', () => {
    const accepts = (field: string, value: unknown) => parseInput({ [field]: value }).ok;

    it('shows every field the Actor reads, and no other', () => {
        expect(Object.keys(shown).toSorted((one, other) => one.localeCompare(other))).toEqual(
            Object.keys(inputSchema.shape).toSorted((one, other) => one.localeCompare(other)),
        );
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

    it('offers the choices that the Actor takes', () => {
        expect(shown['mode']?.enum).toEqual([...modes]);
        expect(shown['duplicates']?.enum).toEqual([...duplicateModes]);
        expect(shown['exportFormat']?.enum).toEqual([...exportFormats]);
        expect(shown['fields']?.items?.enum).toEqual([...keepableFields]);
    });

    it('has the bounds that the Actor holds', () => {
        const bounded = Object.entries(shown).filter(([, field]) => field.minimum !== undefined);
        expect(bounded.map(([name]) => name)).toEqual([
            'firstLine',
            'maxProfiles',
            'maxItems',
            'maxResults',
            'maxProviderLookups',
            'sessionMaxUses',
            'maxRequestsPerSecond',
            'maxConcurrency',
            'maxAttempts',
            'timeoutSecs',
        ]);
        for (const [name, { minimum = 0, maximum }] of bounded) {
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
});

describe('the dataset schema', () => {
    const { fields } = read('.actor/dataset_schema.json') as {
        fields: { properties: { company_details: { properties: Record<string, unknown> } } };
    };

    it('names every field of a company, and takes the rows that the Actor writes', () => {
        expect(Object.keys(fields.properties.company_details.properties)).toEqual(
            Object.keys(companyDetailsSchema.shape),
        );
        const takes = new Ajv({ strict: false }).compile(fields);
        const place = { country: 'FR', state: null, city: null, default: 'Lyon', short: null };
        const company = buildCompany({ headquarters: place, company_size: { min: 1, max: null } });
        const full = buildCompany({
            organization_id: '1',
            founded_year: 1907,
            funding: { rounds: 1, last_round: null },
            locations: [{ address: 'Lyon', country: null, is_headquarters: true }],
        });
        for (const company_details of [null, company, full]) {
            const row = { ...buildRowDraft(0), company_details };
            expect(takes(row), JSON.stringify(takes.errors)).toBe(true);
        }
    });
});

describe('the dataset views', () => {
    it('show columns that rows have', () => {
        const { views } = read('.actor/dataset_schema.json') as {
            views: Record<string, { transformation: { fields: string[] } }>;
        };
        const found = buildRowDraft(0);
        const meta = { ...found.meta, company_status: 'refused' };
        const place = { country: null, state: null, city: null, default: 'Lyon', short: null };
        const company_details = buildCompany({ headquarters: place });
        const rows = [{ ...found, meta, company_details, change: 'new', changes: [] }, buildRowDraft(1, 'error')];
        const has = (row: unknown, path: string) =>
            path
                .split('.')
                .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], row) !==
            undefined;
        expect(Object.keys(views)).toEqual(['overview', 'experience', 'education', 'companies', 'problems', 'changes']);
        for (const { transformation } of Object.values(views)) {
            for (const path of transformation.fields)
                expect(
                    rows.some((row) => has(row, path)),
                    path,
                ).toBe(true);
        }
    });
});
