import { editDistance } from './nearest-word.ts';
import { quoteInput } from './quote-input.ts';

/**
 * Options of a run that callers put among the fields of its input, in the API's spelling. Ignored there, a spending
 * limit would limit nothing.
 */
const runOptions = {
    maxTotalChargeUsd: ['maxtotalchargeusd', 'maxtotalcharge', 'maxchargeusd'],
    memory: ['memory', 'memorymbytes', 'memorymb'],
    timeout: ['timeout', 'runtimeout'],
    build: ['build'],
    waitForFinish: ['waitforfinish', 'waitsecs'],
    restartOnError: ['restartonerror'],
    webhooks: ['webhooks'],
} as const;

/** Fields that decide about money or people: who misspells one of them gets something else than was meant. */
const decidingFields = [
    'mode',
    'source',
    'estimateOnly',
    'maxProfiles',
    'maxItems',
    'maxResults',
    'fields',
    'suppressedUrls',
    'suppressionListId',
    'watch',
    'onlyChanged',
    'maxRequestsPerSecond',
    'sources',
    'requiredFields',
    'maxProviderLookups',
    'includeCompanyDetails',
] as const;

/**
 * The sentence that ends a run because of an unknown field: one that is an option of the run, or that is nearly the
 * name of a field that decides about money or people. Null for any other, which is worth a warning only.
 */
export function describeMisplacedField(name: string): string | null {
    const option = findRunOption(name);
    if (option !== null) {
        const hint = option === 'timeout' ? ' The time for one profile is `timeoutSecs`.' : '';
        return `\`${quoteInput(name)}\` is an option of the run, not a field of its input, so nothing was fetched. Add it to the address of the API call (\`?${option}=…\`) or set it under Run options in Console, and take it out of the input.${hint}`;
    }
    const field = decidingFields.find((known) => isNearMiss(name, known));
    return field === undefined
        ? null
        : `Unknown input field \`${quoteInput(name)}\`. Did you mean \`${field}\`? Nothing was fetched. Correct it and run again.`;
}

function findRunOption(name: string): string | null {
    const letters = readLetters(name);
    const found = Object.entries(runOptions).find(([, spellings]) =>
        spellings.some((spelling) => spelling === letters),
    );
    if (found) return found[0];
    return isNearMiss(name, 'maxTotalChargeUsd') ? 'maxTotalChargeUsd' : null;
}

/**
 * Whether a name is another one with a typing error: other capitals, marks between the words, a letter in six. Of short
 * names only a missing or wrong letter that is not the first counts: `model` and `code` are no `mode`.
 */
function isNearMiss(name: string, known: string): boolean {
    const [one, other] = [readLetters(name), readLetters(known)];
    if (one === other) return true;
    const isShort = other.length < 6;
    if (isShort && (one[0] !== other[0] || one.length > other.length)) return false;
    const mostChanges = isShort ? 1 : Math.floor(other.length / 6);
    return Math.abs(one.length - other.length) <= mostChanges && editDistance(one, other) <= mostChanges;
}

const readLetters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
