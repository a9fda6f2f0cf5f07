import { readFileSync } from 'node:fs';
import {
    getActorSchemaValidator,
    getDatasetSchemaValidator,
    getKeyValueStoreSchemaValidator,
    getOutputSchemaValidator,
} from '@apify/json_schemas';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { companyDetailsSchema } from '../../src/enrichment/result/company.ts';
import { buildCompany } from '../helpers/scripted-companies.ts';
import { buildRowDraft } from '../helpers/build-row-draft.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('the definition files', () => {
    it.each([
        ['.actor/actor.json', getActorSchemaValidator],
        ['.actor/dataset_schema.json', getDatasetSchemaValidator],
        ['.actor/output_schema.json', getOutputSchemaValidator],
        ['.actor/key_value_store_schema.json', getKeyValueStoreSchemaValidator],
    ])('%s is valid by Apify’s own schema', (path, getValidator) => {
        const validate = getValidator();
        validate(read(path));
        expect(validate.errors).toBeNull();
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
