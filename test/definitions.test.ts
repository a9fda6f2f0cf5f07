import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { validateInputSchema } from '@apify/input_schema';
import {
    getActorSchemaValidator,
    getDatasetSchemaValidator,
    getKeyValueStoreSchemaValidator,
    getOutputSchemaValidator,
} from '@apify/json_schemas';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { inputSchema } from '../src/actor/input/input.ts';
import { itemSchema } from '../src/actor/ledger/item.ts';
import { addCompatibilityFields } from '../src/actor/ledger/row-compatibility.ts';
import { buildDefinitions, standbyFields } from '../src/definitions.ts';
import { buildRowDraft } from './helpers/ledger/build-row-draft.ts';
import { buildCompany } from './helpers/sources/scripted-companies.ts';

type Json = Record<string, unknown>;
type Node = { type: string[]; properties?: Record<string, Node>; items?: Node; examples?: unknown[] } & Json;

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Json;
const definitions = buildDefinitions();

describe('the definition files', () => {
    it.each([
        ['.actor/actor.json', getActorSchemaValidator],
        ['standby/.actor/actor.json', getActorSchemaValidator],
        ['.actor/dataset_schema.json', getDatasetSchemaValidator],
        ['.actor/output_schema.json', getOutputSchemaValidator],
        ['.actor/key_value_store_schema.json', getKeyValueStoreSchemaValidator],
    ])('%s is valid by Apify’s own schema', (path, getValidator) => {
        const validate = getValidator();
        validate(read(path));
        expect(validate.errors).toBeNull();
    });

    it.each(Object.keys(definitions))('%s is what `npm run definitions` writes', (path) => {
        expect(read(path)).toEqual(JSON.parse(JSON.stringify(definitions[path])));
    });

    it.each(['.actor/actor.json', 'standby/.actor/actor.json'])('every file named in %s exists', (path) => {
        const actor = read(path);
        const { datasets, keyValueStore } = (actor['storages'] ?? {}) as { datasets?: Json; keyValueStore?: string };
        const named = ['dockerfile', 'dockerContextDir', 'readme', 'changelog', 'input', 'output', 'webServerSchema'];
        const files = [...named.map((key) => actor[key]), ...Object.values(datasets ?? {}), keyValueStore];
        for (const file of files.filter((value) => typeof value === 'string'))
            expect(existsSync(join(dirname(path), file)), file).toBe(true);
        // Apify's MCP server shows the first 500 characters.
        expect(String(actor['description']).length).toBeLessThanOrEqual(500);
    });
});

describe('the dataset schema', () => {
    const { fields, views } = read('.actor/dataset_schema.json') as unknown as {
        fields: Node;
        views: Record<string, { transformation: { fields: string[]; flatten: string[] } }>;
    };
    const takes = new Ajv({ strict: false }).compile(fields);

    /** Every field with its path, fields of list items included. */
    function walk(node: Node, path: string[] = []): Array<[path: string[], node: Node]> {
        const inside = node.properties ?? node.items?.properties ?? {};
        const here: Array<[string[], Node]> = path.length === 0 ? [] : [[path, node]];
        return [...here, ...Object.entries(inside).flatMap(([name, child]) => walk(child, [...path, name]))];
    }
    const all = walk(fields);

    /** An item with every field set to its example. */
    function exemplify(node: Node): unknown {
        if (node.properties)
            return Object.fromEntries(Object.entries(node.properties).map(([name, child]) => [name, exemplify(child)]));
        if (node.items?.properties) return [exemplify(node.items)];
        return node.examples?.[0];
    }

    it('gives every nested field a title, a description and an example', () => {
        expect(all.length).toBeGreaterThan(200);
        for (const [path, { title, description, examples, properties, items }] of all) {
            const isLeaf = properties === undefined && items?.properties === undefined;
            const lacks = [title, description, isLeaf ? examples : ''].filter((text) => text === undefined);
            expect(lacks, path.join('.')).toEqual([]);
        }
    });

    it('has examples that are valid by the result schema', () => {
        // The item of all examples is a success, a miss and an error at once.
        expect(itemSchema.safeParse(exemplify(fields)).error).toBeUndefined();
    });

    it('is as permissive as possible: one rejected item would reject a whole push', () => {
        const text = JSON.stringify(fields);
        for (const keyword of [
            'enum',
            'const',
            'required',
            'pattern',
            'minimum',
            'maximum',
            'format',
            'anyOf',
            'oneOf',
        ])
            expect(text).not.toContain(`"${keyword}":`);
        expect(text).not.toContain('"additionalProperties":false');
        for (const [path, { type }] of all) expect(type, path.join('.')).toContain('null');
    });

    it('accepts and describes every field of the rows that the Actor writes', () => {
        const place = { country: 'FR', state: null, city: null, default: 'Lyon', short: null };
        const company_details = buildCompany({ headquarters: place, company_size: { min: 1, max: null } });
        const drafts = [
            { ...buildRowDraft(0), company_details },
            buildRowDraft(1, 'error'),
            buildRowDraft(2, 'not_found'),
        ];
        const known = new Set(all.map(([path]) => path.join('.')));
        for (const draft of drafts) {
            const row = { ...draft, meta: { ...draft.meta, batch_id: 'b1' } };
            const item = addCompatibilityFields(row, null, 0);
            expect(takes({ ...item, later: 1 }), JSON.stringify(takes.errors)).toBe(true);
            for (const path of pathsOf(item)) expect(known, path).toContain(path);
        }
    });

    it('has views of existing fields, flattened as deep as their columns, with images', () => {
        const known = new Set(all.map(([path]) => path.join('.')));
        expect(Object.keys(views)).toEqual(['overview', 'experience', 'education', 'companies', 'problems', 'changes']);
        for (const { transformation } of Object.values(views)) {
            for (const path of transformation.fields) {
                expect(known, path).toContain(path);
                const holder = path.split('.').slice(0, -1).join('.');
                expect(['', ...transformation.flatten]).toContain(holder);
            }
        }
        expect(views['overview']?.transformation.fields).toContain('profile.picture_url');
    });
});

describe('the output schema', () => {
    it('links existing records and views, and says which runs write none', () => {
        const { properties } = read('.actor/output_schema.json') as {
            properties: Record<string, { template: string; description: string }>;
        };
        const { collections } = read('.actor/key_value_store_schema.json') as {
            collections: Record<string, { key?: string }>;
        };
        const keys = new Set(Object.values(collections).map(({ key }) => key));
        const { views } = read('.actor/dataset_schema.json') as { views: Json };
        for (const { template, description } of Object.values(properties)) {
            const [, key] = /\/records\/(.+)$/.exec(template) ?? [];
            const [, view] = /view=(\w+)$/.exec(template) ?? [];
            expect(key === undefined || keys.has(key), template).toBe(true);
            expect(view === undefined || view in views, template).toBe(true);
            expect(description.includes('Not written for a single line'), template).toBe(/\.\w+$/.test(key ?? ''));
        }
        expect(properties['misses']?.template).toContain('{{run.storageIds.datasets.misses}}');
    });
});

describe('Standby', () => {
    const actor = read('standby/.actor/actor.json');

    it('is a separate Actor; the main one has none', () => {
        expect(read('.actor/actor.json')).toMatchObject({ usesStandbyMode: false });
        expect(read('.actor/actor.json')['webServerSchema']).toBeUndefined();
        expect(actor).toMatchObject({ usesStandbyMode: true, webServerSchema: './openapi.json' });
        // Both are built from the same folder into the same image.
        expect(join('standby/.actor', String(actor['dockerfile']))).toBe('Dockerfile');
        expect(join('standby/.actor', String(actor['dockerContextDir']))).toMatch(/^\.\/?$/);
    });

    it('has only input fields with an effect in Standby, without samples', () => {
        const schema = read('standby/.actor/input_schema.json') as { properties: Record<string, Json> };
        expect(() => validateInputSchema(new Ajv2019({ strict: false }), schema)).not.toThrow();
        expect(Object.keys(inputSchema.shape)).toEqual(expect.arrayContaining([...standbyFields]));
        for (const field of Object.values(schema.properties)) expect(field['prefill']).toBeUndefined();
    });
});

function pathsOf(value: unknown, path: string[] = []): string[] {
    if (Array.isArray(value)) return value.flatMap((element) => pathsOf(element, path));
    const here = path.length === 0 ? [] : [path.join('.')];
    if (typeof value !== 'object' || value === null) return here;
    return [...here, ...Object.entries(value).flatMap(([name, child]) => pathsOf(child, [...path, name]))];
}
