import { describe, expect, it } from 'vitest';
import { describeJsonMistake } from '../../../src/actor/platform/read-input.ts';

describe('describeJsonMistake', () => {
    it.each([
        ['{"a": 1\n "b": 2}', 'line 2, column 2: a comma is missing before this place.'],
        [
            '{"a": 1,}',
            'line 1, column 9: a field name in double quotes is missing, or there is an extra comma before it.',
        ],
        ['{\r\n"a": [1,\r\n]}', 'line 3, column 1: a value is missing, or there is an extra comma before it.'],
        ['{"a" 1}', 'line 1, column 6: a colon is missing.'],
        ['{"a": [1, 2', 'line 1, column 12: a ] is missing.'],
        ['{"a": "b', 'line 1, column 7: a closing quote is missing.'],
        ["{'a': 1}", 'line 1, column 2: texts need double quotes.'],
        ['{"a": C:}', 'line 1, column 7: texts need double quotes.'],
        ['{"a": "C:\\Users"}', 'line 1, column 7: there is a single backslash: write two.'],
        ['{"a": 1}\n}', 'line 2, column 1: there is more text after the end.'],
        ['{} // a note', 'line 1, column 4: JSON has no comments.'],
        ['\uFEFF{}', 'it starts with a byte order mark. Save it as UTF-8 without one.'],
        ['{\0"\0', 'it is not UTF-8. Save it as UTF-8.'],
    ])('locates the error in %j', async (text, sentence) => expect(await describeJsonMistake(text)).toBe(sentence));
});
