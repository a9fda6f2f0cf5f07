import * as z from 'zod';
import { requirableFields } from '../../enrichment/result/profile-content.ts';
import { profileFields, type Profile } from '../../enrichment/result/profile.ts';
import { modes } from '../../enrichment/result/result.ts';
import {
    booleanSchema,
    choiceListSchema,
    choiceSchema,
    isNotGiven,
    numberSchema,
    optionalTextSchema,
    storageIdSchema,
} from './lists/json/field-values.ts';
import { addressFields, handleFields } from './lists/list-fields.ts';
import { describeMistakes } from './describe-mistakes.ts';
import { describeMisplacedField } from './misplaced-fields.ts';
import { hasProfileAddress } from './lists/read-addresses.ts';
import { baseUrlSchema } from './resolve-api.ts';
import { liveSources, testSources } from './sources.ts';
import { compatibilityFields, type CompatibilityField } from '../ledger/row-compatibility.ts';
import { findNearestWord } from './nearest-word.ts';
import { quoteInput } from './quote-input.ts';

/** The most lines per run, without blank ones. */
export const maxLines = 5000;

export const duplicateModes = ['merge', 'repeat'] as const;

/** Column sets of `profiles.csv`. */
export const exportFormats = ['default', 'hubspot'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Fields that `fields` can select. */
export const keepableFields = [...profileFields, ...compatibilityFields] as Array<keyof Profile | CompatibilityField>;

/** A list of any elements, or one text that contains it; `lists/read-lists.ts` interprets both. */
const listSchema = z.union([z.string().transform((text): unknown[] => [text]), z.array(z.unknown())]).default([]);
/** A list of texts, given as an array or as one text with one per line. */
const lineListSchema = z.union([z.string().transform((text) => text.split(/\r?\n/)), z.array(z.string())]).default([]);

/** Fields with lists: a name close to one of these was meant for the list. */
const listFields = new Set<string>([...addressFields, ...handleFields, 'startUrls', 'datasetId', 'payload']);

/** The payload of Apify's integrations: the run that a webhook reports, with its dataset. */
const payloadSchema = z
    .looseObject({
        resource: z.looseObject({ defaultDatasetId: storageIdSchema.or(z.literal('')).nullish() }).optional(),
    })
    .optional();

/** A key that fits into a header: printable characters without spaces. */
const keySchema = z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/)
    .optional();

const maxProfilesSchema = numberSchema.pipe(z.number().int().min(1)).optional();

/** The Actor's input. `INPUT_SCHEMA.json` is its form in Console; a test compares the two. */
export const inputSchema = z.object({
    profileUrls: listSchema,
    urls: listSchema,
    linkedinUrls: listSchema,
    profiles: listSchema,
    queries: listSchema,
    usernames: listSchema,
    publicIdentifiers: listSchema,
    startUrls: listSchema,
    datasetId: storageIdSchema.optional(),
    payload: payloadSchema,
    urlColumn: optionalTextSchema,
    firstLine: numberSchema.pipe(z.number().int().min(1)).optional(),
    mode: choiceSchema(modes).default('live'),
    source: choiceSchema(liveSources).optional(),
    sources: choiceListSchema([...liveSources, ...testSources])
        .transform((names) => (names.length === 0 ? undefined : names))
        .optional(),
    requiredFields: choiceListSchema(requirableFields).default([]),
    maxProviderLookups: numberSchema.pipe(z.number().int().min(0)).optional(),
    askProvidersForNotFound: booleanSchema.default(false),
    aiArkApiKey: keySchema,
    enrichLayerApiKey: keySchema,
    peopleDataLabsApiKey: keySchema,
    includeCompanyDetails: booleanSchema.default(false),
    apiBaseUrl: baseUrlSchema.optional(),
    apiKey: keySchema,
    proxyConfiguration: z.looseObject({}).optional(),
    sessionMaxUses: numberSchema.pipe(z.number().int().min(1).max(50)).default(6),
    maxRequestsPerSecond: numberSchema.pipe(z.number().min(0.1).max(500)).default(4),
    maxConcurrency: numberSchema.pipe(z.number().int().min(1).max(500)).optional(),
    maxAttempts: numberSchema.pipe(z.number().int().min(1).max(10)).default(4),
    timeoutSecs: numberSchema.pipe(z.number().min(1).max(600)).default(30),
    duplicates: choiceSchema(duplicateModes).default('merge'),
    fields: choiceListSchema(keepableFields)
        .default([])
        .transform((fields) => (fields.length === 0 ? null : fields)),
    keepColumns: booleanSchema.default(false),
    exportFormat: choiceSchema(exportFormats).default('default'),
    suppressedUrls: lineListSchema,
    suppressionListId: storageIdSchema.optional(),
    watch: z.string().trim().max(100).optional(),
    maxProfiles: maxProfilesSchema,
    maxItems: maxProfilesSchema,
    maxResults: maxProfilesSchema,
    onlyChanged: booleanSchema.default(false),
    estimateOnly: booleanSchema.default(false),
});
export type ActorInput = z.infer<typeof inputSchema>;

export type InputParsing =
    | { ok: true; input: ActorInput; warnings: string[] }
    | { ok: false; code: 'invalid_input' | 'no_lines'; message: string; warnings: string[] };

/** Unknown fields listed in warnings, and unknown fields compared with known ones. */
const maxNamedFields = 5;
const maxCompared = 100;

type UnknownField = { name: string; nearest: string | null };

/** What each field accepts, as continued in error messages. */
const expectations: Record<keyof ActorInput, string> = {
    profileUrls: 'takes a list of profile URLs, one per line',
    urls: 'takes a list of profile URLs, one per line',
    linkedinUrls: 'takes a list of profile URLs, one per line',
    profiles: 'takes a list of profile URLs, one per line',
    queries: 'takes a list of profile URLs, one per line',
    usernames: 'takes a list of handles, the part of a profile URL after /in/',
    publicIdentifiers: 'takes a list of handles, the part of a profile URL after /in/',
    datasetId: 'takes the id or name of a dataset: letters, digits and hyphens',
    payload: 'takes the payload of an Apify integration: an object with `resource.defaultDatasetId`',
    urlColumn: 'takes the name of a column, such as `LinkedIn URL`, or a path in JSON, such as `person.linkedin`',
    firstLine: 'takes a whole number from 1',
    startUrls: 'takes a list of uploaded files, linked lists or URLs',
    mode: 'takes `live` or `test`',
    source: `takes one of ${liveSources.join(', ')}; prefer \`sources\``,
    sources: `takes a list of sources: ${liveSources.join(', ')}, or in test mode ${testSources.join(', ')}`,
    requiredFields: `takes a list of ${requirableFields.join(', ')}`,
    maxProviderLookups: 'takes a whole number from 0',
    askProvidersForNotFound: 'takes `true` or `false`',
    aiArkApiKey: 'takes an API key of AI Ark',
    enrichLayerApiKey: 'takes an API key of Enrich Layer',
    peopleDataLabsApiKey: 'takes an API key of People Data Labs',
    includeCompanyDetails: 'takes `true` or `false`',
    apiBaseUrl:
        'takes the address of an enrichment API, such as https://api.example.com, without user name, password, `?` or `#`',
    apiKey: 'takes an API key, such as atm_live_…',
    proxyConfiguration: 'takes the proxy settings as Apify’s proxy editor writes them',
    sessionMaxUses: 'takes a whole number from 1 to 50',
    maxRequestsPerSecond: 'takes a number from 0.1 to 500',
    maxConcurrency: 'takes a whole number from 1 to 500',
    maxAttempts: 'takes a whole number from 1 to 10',
    timeoutSecs: 'takes a number of seconds from 1 to 600',
    duplicates: 'takes `merge` or `repeat`',
    fields: 'takes a list of profile fields, such as `headline`',
    keepColumns: 'takes `true` or `false`',
    exportFormat: 'takes `default` or `hubspot`',
    suppressedUrls: 'takes a list of profile URLs, one per line',
    suppressionListId: 'takes the id or name of a key-value store: letters, digits and hyphens',
    maxProfiles: 'takes a whole number from 1',
    maxItems: 'takes a whole number from 1',
    maxResults: 'takes a whole number from 1',
    watch: 'takes a name of 1 to 100 characters, such as `customers`',
    onlyChanged: 'takes `true` or `false`',
    estimateOnly: 'takes `true` or `false`',
};

/** Parses the run's input. Errors are one or more sentences that say what to do; unknown fields are warnings. */
export function parseInput(raw: unknown): InputParsing {
    const warnings: string[] = [];
    const reject = (message: string, code: 'invalid_input' | 'no_lines' = 'invalid_input'): InputParsing => ({
        ok: false,
        code,
        message,
        warnings,
    });
    if (Array.isArray(raw)) {
        return reject('The input is a list; put it into an object: {"profileUrls": [ … ]}.');
    }
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
    const parsing = inputSchema.safeParse(Object.fromEntries(given));
    if (!parsing.success) {
        const names = { fields: keepableFields };
        return reject(describeMistakes({ ...raw }, parsing.error.issues, { expectations, names }));
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

/** The most profiles that the run may find: the lowest of the three fields; null without a limit. */
export function readMaxProfiles(input: Pick<ActorInput, 'maxProfiles' | 'maxItems' | 'maxResults'>): number | null {
    const given = [input.maxProfiles, input.maxItems, input.maxResults].filter((limit) => limit !== undefined);
    return given.length === 0 ? null : Math.min(...given);
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

/** One warning per unknown field, and one for all beyond the first few. */
function describeUnknown(unknown: readonly UnknownField[]): string[] {
    // Fields with a likely correction first.
    const named = unknown.toSorted((one, other) => Number(one.nearest === null) - Number(other.nearest === null));
    const rest = named.splice(maxNamedFields).length;
    const sentences = named.map(({ name, nearest }) => {
        if (name === 'findEmail') return 'E-mail addresses are not looked up: `findEmail` was ignored.';
        const hint = nearest === null ? '' : ` Did you mean \`${nearest}\`?`;
        return `Unknown input field \`${quoteInput(name)}\` was ignored.${hint}`;
    });
    if (rest === 0) return sentences;
    const others =
        rest === 1
            ? '1 more unknown input field was'
            : `${rest.toLocaleString('en-US')} more unknown input fields were`;
    return [...sentences, `${others} ignored.`];
}
