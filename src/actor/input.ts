import * as z from 'zod';
import { profileFields, type Profile } from '../enrichment/profile.ts';
import { modes } from '../enrichment/result.ts';

/** The most lines one run takes, blank ones not counted. */
export const maxLines = 5000;

/** Where live profiles come from. */
export const sources = ['public-page', 'enrichment-api'] as const;

export const duplicateModes = ['merge', 'repeat'] as const;

/** A list given as an array, or as one text with a line each. */
const lineListSchema = z.union([z.string().transform((text) => text.split(/\r?\n/)), z.array(z.string())]).default([]);

const listSourceSchema = z.union([
    z.string().transform((url): { url?: string | undefined; requestsFromUrl?: string | undefined } => ({ url })),
    z.looseObject({ url: z.string().optional(), requestsFromUrl: z.string().optional() }),
]);

/** The Actor's input. `INPUT_SCHEMA.json` is what Console shows of it; a test holds the two together. */
export const inputSchema = z.object({
    profileUrls: lineListSchema,
    urls: lineListSchema,
    linkedinUrls: lineListSchema,
    startUrls: z.array(listSourceSchema).default([]),
    mode: z.enum(modes).default('live'),
    source: z.enum(sources).default('public-page'),
    apiBaseUrl: z.url({ protocol: /^https?$/ }).optional(),
    apiKey: z
        .string()
        .trim()
        .regex(/^[\x21-\x7e]+$/)
        .optional(),
    proxyConfiguration: z.looseObject({}).optional(),
    maxRequestsPerSecond: z.coerce.number().min(0.1).max(500).default(4),
    maxConcurrency: z.coerce.number().int().min(1).max(500).optional(),
    maxAttempts: z.coerce.number().int().min(1).max(10).default(4),
    timeoutSecs: z.coerce.number().min(1).max(600).default(30),
    duplicates: z.enum(duplicateModes).default('merge'),
    fields: z
        .array(z.enum(profileFields as [keyof Profile, ...Array<keyof Profile>]))
        .nullable()
        .default(null)
        .transform((fields) => (fields?.length === 0 ? null : fields)),
    suppressedUrls: lineListSchema,
    suppressionListId: z.string().optional(),
    watch: z.string().trim().min(1).max(100).optional(),
    onlyChanged: z.boolean().default(false),
    estimateOnly: z.boolean().default(false),
});
export type ActorInput = z.infer<typeof inputSchema>;

export type InputParsing =
    | { ok: true; input: ActorInput; warnings: string[] }
    | { ok: false; code: 'invalid_input'; message: string };

/** What each field takes, in the words of the message that says so. */
const expectations: Record<keyof ActorInput, string> = {
    profileUrls: 'takes a list of profile URLs, one text a line',
    urls: 'takes a list of profile URLs, one text a line',
    linkedinUrls: 'takes a list of profile URLs, one text a line',
    startUrls: 'takes a list of uploaded files, linked lists or URLs',
    mode: 'takes `live` or `test`',
    source: 'takes `public-page` or `enrichment-api`',
    apiBaseUrl: 'takes the address of an enrichment API, such as https://api.example.com',
    apiKey: 'takes an API key, such as atm_live_…',
    proxyConfiguration: 'takes the proxy settings as Apify’s proxy editor writes them',
    maxRequestsPerSecond: 'takes a number from 0.1 to 500',
    maxConcurrency: 'takes a whole number from 1 to 500',
    maxAttempts: 'takes a whole number from 1 to 10',
    timeoutSecs: 'takes a number of seconds from 1 to 600',
    duplicates: 'takes `merge` or `repeat`',
    fields: `takes a list of profile fields; these are known: ${profileFields.join(', ')}`,
    suppressedUrls: 'takes a list of profile URLs, one text a line',
    suppressionListId: 'takes the id or name of a key-value store',
    watch: 'takes a name of 1 to 100 characters, such as `customers`',
    onlyChanged: 'takes `true` or `false`',
    estimateOnly: 'takes `true` or `false`',
};

/** Reads the run's input. A mistake is one sentence that says what to do; a field that is not known is a warning. */
export function parseInput(raw: unknown): InputParsing {
    if (raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) {
        return reject('The input must be an object such as {"profileUrls": ["https://www.linkedin.com/in/someone/"]}.');
    }
    const given = Object.entries(raw ?? {}).filter(([, value]) => value !== null && value !== undefined);
    const parsing = inputSchema.safeParse(Object.fromEntries(given));
    if (!parsing.success) {
        const field = String(parsing.error.issues[0]?.path[0]) as keyof ActorInput;
        return reject(`The input field \`${field}\` ${expectations[field]}. Correct it and run again.`);
    }
    if (parsing.data.onlyChanged && parsing.data.watch === undefined) {
        return reject('`onlyChanged` needs a name in `watch`: it says with which earlier runs to compare.');
    }
    const known = Object.keys(inputSchema.shape);
    const warnings = given.filter(([name]) => !known.includes(name)).map(([name]) => describeUnknown(name, known));
    return { ok: true, input: parsing.data, warnings };
}

function reject(message: string): InputParsing {
    return { ok: false, code: 'invalid_input', message };
}

function describeUnknown(name: string, known: string[]): string {
    const ranked = known.map((field) => ({ field, distance: editDistance(name.toLowerCase(), field.toLowerCase()) }));
    const nearest = ranked.sort((one, other) => one.distance - other.distance)[0];
    const isNear = nearest !== undefined && nearest.distance <= Math.max(2, Math.floor(name.length / 4));
    const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
    return `Unknown input field \`${shown}\` was ignored.${isNear ? ` Did you mean \`${nearest.field}\`?` : ''}`;
}

/** How many letters must be added, removed or changed to make one word of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, column) => column);
    for (const [line, letter] of Array.from(one).entries()) {
        const next = [line + 1];
        for (let column = 0; column < other.length; column += 1) {
            const change = (row[column] ?? 0) + (letter === other[column] ? 0 : 1);
            next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
        }
        row = next;
    }
    return row[other.length] ?? 0;
}
