import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

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
export function describeJsonMistake(text: string): string {
    // As written by editors and shells on Windows.
    if (text.includes('\0') || text.includes('\uFFFD')) return 'it is not UTF-8. Save it as UTF-8.';
    if (text.startsWith('\uFEFF')) return 'it starts with a byte order mark. Save it as UTF-8 without one.';
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const [first] = errors.toSorted((one, other) => one.offset - other.offset);
    if (!first) return 'it cannot be read.';
    const before = text.slice(0, first.offset).split(/\r\n|[\r\n]/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    const mistake = mistakes[printParseErrorCode(first.error)] ?? 'something is wrong.';
    return `line ${before.length}, column ${column}: ${mistake}`;
}
