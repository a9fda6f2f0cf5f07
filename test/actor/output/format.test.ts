import { describe, expect, it } from 'vitest';
import { formatDuration, formatShare, formatUsd } from '../../../src/actor/output/format.ts';

describe('a duration', () => {
    it.each([
        [0.2, '1 s'],
        [99, '99 s'],
        [100, '2 min'],
        [5940, '99 min'],
        [6000, '1 h 40 min'],
        [7200, '2 h'],
    ])('of %d seconds is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('a share', () => {
    it.each([
        [999, 1000, '99.9 %'],
        [9_999, 10_000, '99.9 %'],
        [1000, 1000, '100 %'],
        [985, 1000, '99 %'],
        [1, 100_000, '0.1 %'],
        [0, 10, '0 %'],
        [1, 3, '33 %'],
        [0, 0, ''],
    ])('of %i in %i is %j', (count, whole, text) => {
        expect(formatShare(count, whole)).toBe(text);
    });
});

describe('an amount of money', () => {
    it.each([
        [0, '$0'],
        [5, '$5.00'],
        [1234.5, '$1,234.50'],
        [0.006, '$0.006'],
        [0.0000123, '$0.000012'],
    ])('of %d dollars is %s', (usd, text) => expect(formatUsd(usd)).toBe(text));
});
