import type * as z from 'zod';
import { quoteInput } from './quote-input.ts';

/**
 * Run options that callers put into the input, as spelled in the API. Ignored there, a spending limit would have no
 * effect.
 */
const runOptions = {
    maxTotalChargeUsd: ['maxtotalchargeusd', 'maxtotalcharge', 'maxchargeusd'],
    memory: ['memory', 'memorymbytes', 'memorymb'],
    timeout: ['timeout', 'runtimeout'],
    build: ['build'],
    waitForFinish: ['waitforfinish', 'waitsecs'],
    restartOnError: ['restartonerror'],
    webhooks: ['webhooks'],
};

/** Fields that affect money or people, where a typing error must not be ignored. */
const criticalFields = (
    'mode source estimateOnly maxProfiles maxItems maxResults fields suppressedUrls suppressionListId watch ' +
    'onlyChanged maxRequestsPerSecond sources requiredFields maxProviderLookups includeCompanyDetails'
).split(' ');

/**
 * The error for an unknown field that is a run option or nearly the name of a critical field. Null for other fields,
 * which only cause a warning.
 */
export function describeMisplacedField(name: string): string | null {
    const option = findRunOption(name);
    if (option !== null) {
        const hint = option === 'timeout' ? ' The time limit of a profile is `timeoutSecs`.' : '';
        return `\`${quoteInput(name)}\` is a run option, not an input field, so nothing was fetched. Add it to the URL of the API call (\`?${option}=…\`) or set it under Run options in Console, and remove it from the input.${hint}`;
    }
    const field = criticalFields.find((known) => isNearMiss(name, known));
    return field === undefined
        ? null
        : `Unknown input field \`${quoteInput(name)}\`. Did you mean \`${field}\`? Nothing was fetched. Correct it and run again.`;
}

function findRunOption(name: string): string | null {
    const letters = readLetters(name);
    const [option] = Object.entries(runOptions).find(([, spellings]) => spellings.includes(letters)) ?? [];
    return option ?? (isNearMiss(name, 'maxTotalChargeUsd') ? 'maxTotalChargeUsd' : null);
}

/**
 * Whether a name is another one with a typing error: capitals, separators, or one letter in six. For short names only a
 * missing or wrong letter after the first counts: `model` and `code` are not `mode`.
 */
function isNearMiss(name: string, known: string): boolean {
    const [one, other] = [readLetters(name), readLetters(known)];
    if (one === other) return true;
    const isShort = other.length < 6;
    if (isShort && (one[0] !== other[0] || one.length > other.length)) return false;
    const maxChanges = isShort ? 1 : Math.floor(other.length / 6);
    return Math.abs(one.length - other.length) <= maxChanges && editDistance(one, other) <= maxChanges;
}

const readLetters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Unknown fields listed in warnings. */
const maxNamedFields = 5;

/** One warning per unknown field, and one for all beyond the first few. */
export function describeUnknown(unknown: ReadonlyArray<{ name: string; nearest: string | null }>): string[] {
    // Fields with a likely correction first.
    const named = unknown.toSorted((one, other) => Number(one.nearest === null) - Number(other.nearest === null));
    const rest = named.splice(maxNamedFields).length;
    const sentences = named.map(({ name, nearest }) => {
        if (name === 'findEmail') return 'E-mail addresses are not looked up: `findEmail` was ignored.';
        const hint = nearest === null ? '' : ` Did you mean \`${nearest}\`?`;
        return `Unknown input field \`${quoteInput(name)}\` was ignored.${hint}`;
    });
    if (rest === 1) sentences.push('1 more unknown input field was ignored.');
    if (rest > 1) sentences.push(`${rest.toLocaleString('en-US')} more unknown input fields were ignored.`);
    return sentences;
}

/** Mistakes listed in a message. */
const maxNamedMistakes = 10;

/** One sentence per invalid field, and what to do. */
export function describeMistakes(
    values: Record<string, unknown>,
    issues: readonly z.core.$ZodIssue[],
    known: { shape: Record<string, z.ZodType>; keepableFields: readonly string[] },
): string {
    const sentences = issues.map(({ path: [name, place] }) => {
        const field = String(name);
        const value = (values[field] as unknown[] | undefined)?.[Number(place)];
        if (field === 'fields' && typeof value === 'string') return describeWrongName(value, known.keepableFields);
        return `The input field \`${field}\` ${known.shape[field]?.description}.`;
    });
    const mistakes = [...new Set(sentences)];
    const advice = mistakes.length === 1 ? 'Correct it and run again.' : 'Correct them and run again.';
    const rest = mistakes.splice(maxNamedMistakes).length;
    return [...mistakes, ...(rest === 0 ? [] : [`There are ${rest} more.`]), advice].join(' ');
}

function describeWrongName(value: string, names: readonly string[]): string {
    const meant = findNearestWord(value, names);
    const help = meant === null ? `Known fields: ${names.join(', ')}.` : `Did you mean \`${meant}\`?`;
    return `The input field \`fields\` takes profile fields, and \`${quoteInput(value)}\` is not one. ${help}`;
}

/** The known word that a misspelt one was probably meant for, ignoring case; null when none is close. */
export function findNearestWord(word: string, known: readonly string[]): string | null {
    const maxChanges = Math.max(2, Math.floor(word.length / 4));
    const ranked = known
        .filter((name) => Math.abs(name.length - word.length) <= maxChanges)
        .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }));
    const nearest = ranked.sort((one, other) => one.distance - other.distance)[0];
    return nearest && nearest.distance <= maxChanges ? nearest.name : null;
}

/** The Levenshtein distance of two words. */
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
