import type { RateHint } from '../enrichment/source.ts';

/**
 * `Retry-After` in milliseconds from `now`, in each of its forms: seconds, with or without a fraction, or a date. A date
 * that is over is 0. Null when the header is missing or means nothing.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | null {
    const text = value?.trim() ?? '';
    if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
    // `Date.parse` takes nearly anything for a date, "-5" too. A date of HTTP begins with its weekday.
    if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
    const at = Date.parse(/(?:GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`);
    return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** How far two clocks may be apart, in milliseconds, and still count as telling the same time: `Date` has whole seconds. */
const sameTimeMs = 2000;

/**
 * The time by the clock of the server that answered, as far as its `Date` tells: instants in its other headers are by
 * that clock. Our own where they agree, which is the finer one, or where there is no `Date`.
 */
export function readServerTime(date: string | null | undefined, now: number): number {
    const told = Date.parse(date ?? '');
    return Number.isNaN(told) || Math.abs(told - now) <= sameTimeMs ? now : told;
}

/** What `x-ratelimit-remaining` and `x-ratelimit-reset` (Unix seconds) say; null where one of them is no number. */
export function parseRateHint(
    { remaining, reset }: { remaining: unknown; reset: unknown },
    now: number,
): RateHint | null {
    const [left, resetAt] = [readCount(remaining), readCount(reset)];
    if (left === null || resetAt === null) return null;
    return { remaining: left, resetsInMs: Math.max(0, resetAt * 1000 - now) };
}

function readCount(value: unknown): number | null {
    return typeof value === 'string' && /^\d{1,12}$/.test(value.trim()) ? Number(value) : null;
}
