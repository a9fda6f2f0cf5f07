import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { parseRateHint, parseRetryAfter, readServerTime } from '../../src/sources/rate-limit-headers.ts';

const now = Date.parse('2026-03-01T10:00:00.000Z');

describe('Retry-After', () => {
    it.each([
        ['6', 6000],
        [' 120 ', 120_000],
        ['0', 0],
        ['1.5', 1500],
        ['Sun, 01 Mar 2026 10:00:06 GMT', 6000],
        ['Sunday, 01-Mar-26 10:00:06 GMT', 6000],
        ['Sun Mar  1 10:00:06 2026', 6000],
        ['Sun, 01 Mar 2026 11:00:06 +0100', 6000],
        ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ])('%j is %i ms', (value, waitMs) => {
        expect(parseRetryAfter(value, now)).toBe(waitMs);
    });

    it.each([null, undefined, '', ' ', '-5', '5s', 'soon', 'in a while', 'May 2026', '1, 2'])(
        '%j is invalid',
        (value) => {
            expect(parseRetryAfter(value, now)).toBeNull();
        },
    );
});

describe('the rate-limit headers', () => {
    const parse = (remaining: unknown, reset: unknown) =>
        parseRateHint({ 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset } as IncomingHttpHeaders, now);

    it('are a count and the time until the reset', () => {
        expect(parse('3', String(now / 1000 + 2))).toEqual({ remaining: 3, resetsInMs: 2000 });
        expect(parse('0', String(now / 1000 - 2))).toEqual({ remaining: 0, resetsInMs: 0 });
    });

    it.each([
        [null, '1'],
        ['1', undefined],
        ['-1', '1'],
        ["{'minute': 9}", '1'],
        [['1'], '1'],
    ])('are ignored when they are %j and %j', (remaining, reset) => {
        expect(parse(remaining, reset)).toBeNull();
    });
});

describe('the time of a server', () => {
    it.each([
        ['Sun, 01 Mar 2026 10:00:01 GMT', 0],
        ['Sun, 01 Mar 2026 10:01:00 GMT', 60_000],
        ['Sun, 01 Mar 2026 09:00:00 GMT', -3_600_000],
        ['', 0],
        [null, 0],
        ['soon', 0],
    ])('with the date %j differs by %i ms', (date, offMs) => {
        expect(readServerTime(date, now) - now).toBe(offMs);
    });
});
