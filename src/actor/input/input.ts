import * as z from 'zod';
import { requirableFields } from '../../enrichment/result/profile-content.ts';
import { profileFields, type Profile } from '../../enrichment/result/profile.ts';
import { modes } from '../../enrichment/result/result.ts';
import { compatibilityFields, type CompatibilityField } from '../ledger/row-compatibility.ts';
import { describeMisplacedField, describeMistakes, describeUnknown, findNearestWord } from './field-mistakes.ts';
import {
    booleanSchema,
    choiceListSchema,
    choiceSchema,
    isNotGiven,
    keySchema,
    lineListSchema,
    listSchema,
    numberSchema,
    payloadSchema,
    storageIdSchema,
    wholeNumberSchema,
} from './field-values.ts';
import { hasProfileAddress } from './lists/read-addresses.ts';
import { quoteInput } from './quote-input.ts';
import { baseUrlSchema, liveSources, testSources } from './sources.ts';

/** The most lines per run, without blank ones. */
export const maxLines = 5000;

export const duplicateModes = ['merge', 'repeat'] as const;

/** Column sets of `profiles.csv`. */
export const exportFormats = ['default', 'hubspot'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Fields that `fields` can select. */
export const keepableFields = [...profileFields, ...compatibilityFields] as Array<keyof Profile | CompatibilityField>;

/** Fields with lists of addresses; messages name the first. */
export const addressFields = ['profileUrls', 'urls', 'linkedinUrls', 'profiles', 'queries'] as const;
/** Fields with lists of handles. */
export const handleFields = ['usernames', 'publicIdentifiers'] as const;
/** Fields with lists: a name close to one of these was meant for the list. */
const listFields = new Set<string>([...addressFields, ...handleFields, 'startUrls', 'datasetId', 'payload']);

const takesAddresses = 'takes a list of profile URLs, one per line';
const addressListSchema = listSchema.describe(takesAddresses);
const handleListSchema = listSchema.describe('takes a list of handles, the part of a profile URL after /in/');
const flagSchema = booleanSchema.default(false).describe('takes `true` or `false`');
const countFromOneSchema = wholeNumberSchema(1).optional().describe('takes a whole number from 1');

/**
 * The Actor's input. `INPUT_SCHEMA.json` is its form in Console; a test compares the two. The description of a field
 * continues "The input field `x`" in messages.
 */
export const inputSchema = z.object({
    profileUrls: addressListSchema,
    urls: addressListSchema,
    linkedinUrls: addressListSchema,
    profiles: addressListSchema,
    queries: addressListSchema,
    usernames: handleListSchema,
    publicIdentifiers: handleListSchema,
    startUrls: listSchema.describe('takes a list of uploaded files, linked lists or URLs'),
    datasetId: storageIdSchema.optional().describe('takes the id or name of a dataset: letters, digits and hyphens'),
    payload: payloadSchema
        .optional()
        .describe('takes the payload of an Apify integration: an object with `resource.defaultDatasetId`'),
    urlColumn: z
        .string()
        .optional()
        .describe('takes the name of a column, such as `LinkedIn URL`, or a path in JSON, such as `person.linkedin`'),
    firstLine: countFromOneSchema,
    mode: choiceSchema(modes).default('live').describe('takes `live` or `test`'),
    source: choiceSchema(liveSources)
        .optional()
        .describe(`takes one of ${liveSources.join(', ')}; prefer \`sources\``),
    sources: choiceListSchema([...liveSources, ...testSources])
        .transform((names) => (names.length === 0 ? undefined : names))
        .optional()
        .describe(`takes a list of sources: ${liveSources.join(', ')}, or in test mode ${testSources.join(', ')}`),
    requiredFields: choiceListSchema(requirableFields)
        .default([])
        .describe(`takes a list of ${requirableFields.join(', ')}`),
    maxProviderLookups: wholeNumberSchema(0).optional().describe('takes a whole number from 0'),
    askProvidersForNotFound: flagSchema,
    aiArkApiKey: keySchema.optional().describe('takes an API key of AI Ark'),
    enrichLayerApiKey: keySchema.optional().describe('takes an API key of Enrich Layer'),
    peopleDataLabsApiKey: keySchema.optional().describe('takes an API key of People Data Labs'),
    includeCompanyDetails: flagSchema,
    apiBaseUrl: baseUrlSchema
        .optional()
        .describe(
            'takes the address of an enrichment API, such as https://api.example.com, without user name, password, `?` or `#`',
        ),
    apiKey: keySchema.optional().describe('takes an API key, such as atm_live_…'),
    proxyConfiguration: z
        .looseObject({})
        .optional()
        .describe('takes the proxy settings as Apify’s proxy editor writes them'),
    sessionMaxUses: wholeNumberSchema(1, 50).default(6).describe('takes a whole number from 1 to 50'),
    maxRequestsPerSecond: numberSchema
        .pipe(z.number().min(0.1).max(500))
        .default(4)
        .describe('takes a number from 0.1 to 500'),
    maxConcurrency: wholeNumberSchema(1, 500).optional().describe('takes a whole number from 1 to 500'),
    maxAttempts: wholeNumberSchema(1, 10).default(4).describe('takes a whole number from 1 to 10'),
    timeoutSecs: numberSchema
        .pipe(z.number().min(1).max(600))
        .default(30)
        .describe('takes a number of seconds from 1 to 600'),
    duplicates: choiceSchema(duplicateModes).default('merge').describe('takes `merge` or `repeat`'),
    fields: choiceListSchema(keepableFields)
        .default([])
        .transform((fields) => (fields.length === 0 ? null : fields))
        .describe('takes a list of profile fields, such as `headline`'),
    keepColumns: flagSchema,
    exportFormat: choiceSchema(exportFormats).default('default').describe('takes `default` or `hubspot`'),
    suppressedUrls: lineListSchema.describe(takesAddresses),
    suppressionListId: storageIdSchema
        .optional()
        .describe('takes the id or name of a key-value store: letters, digits and hyphens'),
    watch: z.string().trim().max(100).optional().describe('takes a name of 1 to 100 characters, such as `customers`'),
    maxProfiles: countFromOneSchema,
    maxItems: countFromOneSchema,
    maxResults: countFromOneSchema,
    onlyChanged: flagSchema,
    estimateOnly: flagSchema,
});
export type ActorInput = z.infer<typeof inputSchema>;

type InputParsing = { warnings: string[] } & (
    | { ok: true; input: ActorInput }
    | { ok: false; code: string; message: string }
);

/** Unknown fields whose intended field is looked for. */
const maxCompared = 100;

/** Parses the run's input. Errors are one or more sentences that say what to do; unknown fields are warnings. */
export function parseInput(raw: unknown): InputParsing {
    const warnings: string[] = [];
    const reject = (message: string, code = 'invalid_input') => ({ ok: false as const, code, message, warnings });
    if (Array.isArray(raw)) return reject('The input is a list; put it into an object: {"profileUrls": [ … ]}.');
    if (raw !== null && typeof raw !== 'object') {
        return reject('The input must be an object such as {"profileUrls": ["https://www.linkedin.com/in/someone/"]}.');
    }
    const given = Object.entries(raw ?? {}).filter(([, value]) => !isNotGiven(value));
    const known = Object.keys(inputSchema.shape);
    const unknown = given
        .filter(([name]) => !known.includes(name))
        .map(([name, value], index) => ({
            name,
            nearest: index < maxCompared ? findIntendedField(name, value, known) : null,
        }));
    const misplaced = unknown.map(({ name }) => describeMisplacedField(name)).find((sentence) => sentence !== null);
    if (misplaced !== undefined) return reject(misplaced);
    warnings.push(...describeUnknown(unknown));
    const values = Object.fromEntries(given);
    const parsing = inputSchema.safeParse(values);
    if (!parsing.success) {
        return reject(describeMistakes(values, parsing.error.issues, { shape: inputSchema.shape, keepableFields }));
    }
    const misspelt = unknown.find(({ nearest }) => nearest !== null && listFields.has(nearest));
    if (misspelt && given.every(([name, value]) => !listFields.has(name) || isEmptyList(value))) {
        const name = quoteInput(misspelt.name);
        const message = `There is no profile URL in the input. Did you mean \`${misspelt.nearest}\` instead of \`${name}\`?`;
        return reject(message, 'no_lines');
    }
    if (parsing.data.onlyChanged && parsing.data.watch === undefined) {
        return reject('`onlyChanged` needs a name in `watch`, which identifies the earlier runs to compare with.');
    }
    return { ok: true, input: parsing.data, warnings };
}

/** The known field that an unknown one was probably meant for, by its name or because it contains profile URLs. */
function findIntendedField(name: string, value: unknown, known: readonly string[]): string | null {
    const nearest = findNearestWord(name, known);
    if (nearest !== null && listFields.has(nearest)) return nearest;
    return hasProfileAddress(JSON.stringify(value) ?? '') ? 'profileUrls' : nearest;
}

/** The SDK adds the defaults of INPUT_SCHEMA.json to a local input, which include empty lists. */
function isEmptyList(value: unknown): boolean {
    return Array.isArray(value) && value.length === 0;
}

/** The most profiles that the run may find: the lowest of the three fields; null without a limit. */
export function readMaxProfiles(input: Pick<ActorInput, 'maxProfiles' | 'maxItems' | 'maxResults'>): number | null {
    const given = [input.maxProfiles, input.maxItems, input.maxResults].filter((limit) => limit !== undefined);
    return given.length === 0 ? null : Math.min(...given);
}
