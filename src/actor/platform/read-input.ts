import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Actor } from 'apify';
import { InputError } from '../input-error.ts';

/** The run's input as given; null when there is none. Throws `InputError` when a local INPUT.json is not valid JSON. */
export async function readInput(storageDir: string): Promise<unknown> {
    const input = await Actor.getInput();
    // Local storage ignores a record that it cannot parse; the platform rejects such an input.
    if (input === null && !Actor.isAtHome() && (await hasInputFile(storageDir))) {
        throw new InputError(
            'invalid_json',
            'The input cannot be read as JSON. Look for a missing quote, comma or bracket, correct it and run again.',
        );
    }
    return input;
}

async function hasInputFile(storageDir: string): Promise<boolean> {
    const path = join(storageDir, 'key_value_stores', 'default', 'INPUT.json');
    return readFile(path, 'utf8').then(
        (text) => text.trim() !== 'null',
        () => false,
    );
}
