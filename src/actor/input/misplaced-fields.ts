import { editDistance } from './nearest-word.ts';
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
} as const;

/** Fields that affect money or people, where a typing error must not be ignored. */
const criticalFields = [
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
    const found = Object.entries(runOptions).find(([, spellings]) =>
        spellings.some((spelling) => spelling === letters),
    );
    if (found) return found[0];
    return isNearMiss(name, 'maxTotalChargeUsd') ? 'maxTotalChargeUsd' : null;
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
