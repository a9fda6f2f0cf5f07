import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Actor } from 'apify';
import { InputError } from '../input-error.ts';

/** The run's input as given; null when there is none. Throws `InputError` when a local INPUT.json cannot be parsed. */
export async function readInput(storageDir: string): Promise<unknown> {
    const input = await Actor.getInput();
    if (Actor.isAtHome()) return input;
    const path = join(storageDir, 'key_value_stores', 'default', 'INPUT.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return input;
    try {
        // The SDK makes an object of a list, with the defaults of the schema.
        const given: unknown = JSON.parse(text);
        return Array.isArray(given) ? given : input;
    } catch {
        // Local storage reads JSON5, and ignores what it cannot parse; the platform rejects such an input.
        if (input !== null) return input;
        const { describeJsonMistake } = await import('./local/describe-json-mistake.ts');
        const mistake = describeJsonMistake(text);
        throw new InputError('invalid_json', `${path} is not JSON: ${mistake} Correct it and run again.`);
    }
}
