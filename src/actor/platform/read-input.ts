import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Actor } from 'apify';
import type { ParseError } from 'jsonc-parser';
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
        const mistake = await describeJsonMistake(text);
        throw new InputError('invalid_json', `${path} is not JSON: ${mistake} Correct it and run again.`);
    }
}

/** Messages by parser error code. */
const mistakes: Record<string, string> = {
    CommaExpected: 'a comma is missing before this place.',
    ColonExpected: 'a colon is missing.',
    PropertyNameExpected: 'a field name in double quotes is missing, or there is an extra comma before it.',
    ValueExpected: 'a value is missing, or there is an extra comma before it.',
    CloseBraceExpected: 'a } is missing.',
    CloseBracketExpected: 'a ] is missing.',
    EndOfFileExpected: 'there is more text after the end.',
    UnexpectedEndOfString: 'a closing quote is missing.',
    InvalidCharacter: 'there is a line break or tab inside quotes.',
    InvalidEscapeCharacter: 'there is a single backslash: write two.',
    InvalidCommentToken: 'JSON has no comments.',
    InvalidSymbol: 'texts need double quotes.',
};

/** Describes the first JSON error of a text in one sentence; lines and columns count from 1. */
export async function describeJsonMistake(text: string): Promise<string> {
    // As written by editors and shells on Windows.
    if (text.includes('\0') || text.includes('\uFFFD')) return 'it is not UTF-8. Save it as UTF-8.';
    if (text.startsWith('\uFEFF')) return 'it starts with a byte order mark. Save it as UTF-8 without one.';
    const { parse, printParseErrorCode } = await import('jsonc-parser');
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const [first] = errors.toSorted((one, other) => one.offset - other.offset);
    if (!first) return 'it cannot be read.';
    const before = text.slice(0, first.offset).split(/\r\n|[\r\n]/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    const mistake = mistakes[printParseErrorCode(first.error)] ?? 'something is wrong.';
    return `line ${before.length}, column ${column}: ${mistake}`;
}
