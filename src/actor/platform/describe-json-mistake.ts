import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

/** What is wrong, by the parser's name for it. */
const mistakes: Record<string, string> = {
    CommaExpected: 'a comma is missing before this place.',
    ColonExpected: 'a colon is missing.',
    PropertyNameExpected: 'a field name in double quotes is missing, or the comma before it is one too many.',
    ValueExpected: 'a value is missing, or the comma before it is one too many.',
    CloseBraceExpected: 'a } is missing.',
    CloseBracketExpected: 'a ] is missing.',
    EndOfFileExpected: 'there is more after the end.',
    UnexpectedEndOfString: 'a closing quote is missing.',
    InvalidCharacter: 'a line break or tab stands inside quotes.',
    InvalidEscapeCharacter: 'a backslash stands alone: write two of them.',
    InvalidCommentToken: 'JSON has no comments.',
    InvalidSymbol: 'texts stand in double quotes.',
};

/** Where a text stops being JSON and what is wrong there, in a sentence: lines and columns count from 1. */
export function describeJsonMistake(text: string): string {
    // What editors and shells of Windows write.
    if (text.includes('\0') || text.includes('\uFFFD')) return 'it is not UTF-8. Save it as UTF-8.';
    if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark. Save it as UTF-8 without one.';
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const [first] = errors.toSorted((one, other) => one.offset - other.offset);
    if (!first) return 'it cannot be read.';
    const before = text.slice(0, first.offset).split(/\r\n|[\r\n]/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    const mistake = mistakes[printParseErrorCode(first.error)] ?? 'something is wrong.';
    return `line ${before.length}, column ${column}: ${mistake}`;
}
