import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { ActorInput } from './actor/input/input.ts';
import { itemSchema } from './actor/ledger/item.ts';
import { enrichPath } from './api/app.ts';
import { buildOpenApiDocument } from './api/openapi/openapi.ts';

/** The definition files built from the code's schemas, by path. `npm run definitions` writes them; a test compares. */
export function buildDefinitions(): Record<string, unknown> {
    return {
        '.actor/dataset_schema.json': {
            actorSpecification: 1,
            title: 'Profiles',
            description: 'One row per profile, and one per line that is not a profile URL or failed.',
            fields: describeFields(itemSchema),
            views: Object.fromEntries(Object.entries(views).map(([name, view]) => [name, buildView(view)])),
        },
        'standby/.actor/input_schema.json': buildStandbyInput(),
        // Console sends requests to the Actor's own address; only the sample programs need a host.
        'standby/.actor/openapi.json': {
            ...buildOpenApiDocument({ enrichPath, hasAccounts: false, origin: sampleStandbyOrigin }),
            servers: [{ url: '/' }],
        },
    };
}

/** The form of address that Apify gives an Actor in Standby. */
export const sampleStandbyOrigin = 'https://me--linkedin-profile-details-standby.apify.actor';

/** The input fields with an effect in Standby; the others are about lists. */
export const standbyFields = [
    'mode',
    'fields',
    'suppressedUrls',
    'suppressionListId',
    'sources',
    'maxProviderLookups',
    'askProvidersForNotFound',
    'aiArkApiKey',
    'enrichLayerApiKey',
    'peopleDataLabsApiKey',
    'apiBaseUrl',
    'apiKey',
    'proxyConfiguration',
    'sessionMaxUses',
    'maxRequestsPerSecond',
    'maxConcurrency',
    'maxAttempts',
    'timeoutSecs',
] as const satisfies Array<keyof ActorInput>;

/** The same fields as in the Actor's form, without samples, which would answer real requests. */
function buildStandbyInput(): Record<string, unknown> {
    const schema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as { properties: Record<string, object> };
    const properties = standbyFields.map((name) => {
        const { prefill: _sample, ...field } = { prefill: null, ...schema.properties[name] };
        return [name, field];
    });
    return {
        title: 'LinkedIn Profile Details: Standby',
        type: 'object',
        schemaVersion: 1,
        description: 'How requests are answered: the sources of profiles, the fields shown, and the people excluded.',
        properties: Object.fromEntries(properties) as unknown,
        required: [],
    };
}

type Json = Record<string, unknown>;

/**
 * Converts a zod schema to Apify's dataset schema, with a title, a description and examples per field. It is as
 * permissive as possible (every type may be null, nothing is required, other properties are allowed, no enum, no
 * pattern), because one rejected item rejects the whole push. The choices of an enum are in its description.
 */
function describeFields(schema: z.ZodType): Json {
    const root = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', reused: 'inline' });
    return { ...describe('', root), type: 'object' };
}

function describe(name: string, schema: Json): Json {
    const node = withoutNull(schema);
    const { description, examples, properties, items } = node;
    const type = [node['type'] ?? 'string'].flat().find((one) => one !== 'null');
    const choices = (node['enum'] as Array<string | null> | undefined)?.filter((choice) => choice !== null);
    const text = [description, choices && `One of: ${choices.join(', ')}.`].filter(Boolean).join(' ');
    return {
        type: [type, 'null'],
        ...(name === '' ? {} : { title: titleOf(name) }),
        ...(text === '' ? {} : { description: text }),
        ...(examples === undefined ? {} : { examples }),
        ...(type === 'object' ? { additionalProperties: true } : {}),
        ...(properties === undefined ? {} : { properties: describeEach(properties as Record<string, Json>) }),
        ...(items === undefined ? {} : { items: describe('', items as Json) }),
    };
}

function describeEach(properties: Record<string, Json>): Json {
    return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, describe(name, property)]));
}

/** The non-null member of a nullable union, with the description and examples of the union. */
function withoutNull({ anyOf, ...schema }: Json): Json {
    if (!Array.isArray(anyOf)) return schema;
    const others = (anyOf as Json[]).filter(({ type }) => type !== 'null');
    if (others.length !== 1) throw new Error(`No type for ${JSON.stringify(anyOf)}`);
    return { ...withoutNull(others[0] ?? {}), ...schema };
}

/** `position_groups` is "Position groups", `linkedin_url` "LinkedIn URL". */
function titleOf(name: string): string {
    const words = name.split('_').filter((word) => word !== '');
    const spelt = words.map((word) => ({ linkedin: 'LinkedIn', url: 'URL', urls: 'URLs', id: 'id' })[word] ?? word);
    const title = spelt.join(' ');
    return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}

/** A column of a view: the field, its heading, and its format unless it is text. */
type Column = [field: string, label: string, format?: 'link' | 'image' | 'array'];

type View = { title: string; description: string; columns: Column[] };

const picture: Column = ['profile.picture_url', 'Picture', 'image'];
const name: Column = ['profile.full_name', 'Name'];
const address: Column = ['canonical_url', 'Profile', 'link'];

/** The views of the dataset schema. Console opens the first one. */
const views: Record<string, View> = {
    overview: {
        title: 'Overview',
        description: 'One row per profile',
        columns: [
            ['line', 'Line'],
            ['status', 'Status'],
            picture,
            name,
            ['profile.title', 'Title'],
            ['profile.company.name', 'Company'],
            ['profile.headline', 'Headline'],
            ['profile.location.default', 'Location'],
            ['profile.followers_count', 'Followers'],
            ['meta.completeness', 'Completeness'],
            ['meta.missing', 'Missing', 'array'],
            address,
            ['message', 'Message'],
        ],
    },
    experience: {
        title: 'Experience',
        description: 'Work history',
        columns: [picture, name, address, ['profile.position_groups', 'Experience', 'array']],
    },
    education: {
        title: 'Education',
        description: 'Schools, skills, languages, certificates and test scores',
        columns: [
            picture,
            name,
            address,
            ['profile.educations', 'Education', 'array'],
            ['profile.skills', 'Skills', 'array'],
            ['profile.languages', 'Languages', 'array'],
            ['profile.certifications', 'Certifications', 'array'],
            ['profile.test_scores', 'Test scores', 'array'],
        ],
    },
    companies: {
        title: 'Companies',
        description: 'The current companies; with includeCompanyDetails',
        columns: [
            ['line', 'Line'],
            name,
            ['profile.title', 'Title'],
            ['company_details.logo_url', 'Logo', 'image'],
            ['company_details.name', 'Company'],
            ['company_details.website', 'Website', 'link'],
            ['company_details.domain', 'Domain'],
            ['company_details.industry', 'Industry'],
            ['company_details.employees_on_linkedin', 'Employees'],
            ['company_details.headquarters.default', 'Headquarters'],
            ['company_details.founded_year', 'Founded'],
            ['meta.company_status', 'Why missing'],
        ],
    },
    problems: {
        title: 'Problems',
        description: 'Lines without a profile, with the reason',
        columns: [
            ['line', 'Line'],
            ['url', 'URL as given'],
            ['status', 'Status'],
            ['code', 'Code'],
            ['message', 'What to do'],
            ['meta.attempts', 'Attempts'],
            ['meta.request_id', 'Request id'],
        ],
    },
    changes: {
        title: 'Changes',
        description: 'What changed since the last run of the same watch',
        columns: [
            picture,
            name,
            ['change', 'Change'],
            ['changes', 'Changes', 'array'],
            ['profile.company.name', 'Company'],
            ['profile.title', 'Title'],
            ['profile.location.default', 'Location'],
            ['profile.headline', 'Headline'],
            address,
        ],
    },
};

function buildView({ title, description, columns }: View) {
    const fields = columns.map(([field]) => field);
    // A nested field can be a column only if its parent is flattened.
    const holders = fields.flatMap((field) =>
        field.split('.').flatMap((_, place, parts) => (place === 0 ? [] : [parts.slice(0, place).join('.')])),
    );
    const properties = columns.map(([field, label, format]) => [field, { label, ...(format ? { format } : {}) }]);
    return {
        title,
        description,
        transformation: { fields, ...(holders.length === 0 ? {} : { flatten: [...new Set(holders)] }) },
        display: { component: 'table', properties: Object.fromEntries(properties) as unknown },
    };
}
