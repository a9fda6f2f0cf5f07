import { expect, it } from 'vitest';
import { findNearestWord } from '../../../src/actor/input/field-mistakes.ts';

const known = ['profileUrls', 'mode', 'maxRequestsPerSecond'];

it.each([
    ['profileUrl', 'profileUrls'],
    ['PROFILEURLS', 'profileUrls'],
    ['moed', 'mode'],
    ['maxRequestPerSeconds', 'maxRequestsPerSecond'],
    ['something', null],
    ['', null],
])('finds the nearest word to %j: %j', (word, nearest) => {
    expect(findNearestWord(word, known)).toBe(nearest);
});

it('compares letters only between words of similar length', () => {
    let letters = 0;
    // Each letter read counts as one step.
    const endless = { length: 1_000_000_000, toLowerCase: () => String((letters += 1)) } as unknown as string;
    expect(findNearestWord(endless, ['profileUrls'])).toBeNull();
    expect(letters).toBe(0);
});
