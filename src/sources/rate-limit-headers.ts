import type { IncomingHttpHeaders } from 'node:http';
import type { RateHint } from '../enrichment/source.ts';

/**
 * `Retry-After` in milliseconds from `now`: seconds, with or without a fraction, or a date. A date in the past is 0.
 * Null when the header is missing or invalid.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | null {
    const text = value?.trim() ?? '';
    if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
    // `Date.parse` accepts nearly anything, even "-5". An HTTP date starts with its weekday.
    if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
    const at = Date.parse(/(?:GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`);
    return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** The clock difference that is ignored, in milliseconds: `Date` has whole seconds. */
const sameTimeMs = 2000;

/**
 * The time on the server's clock according to its `Date`: other headers refer to that clock. `now` where the two agree,
 * since it is more precise, or where there is no `Date`.
 */
export function readServerTime(date: string | null | undefined, now: number): number {
    const serverTime = Date.parse(date ?? '');
    return Number.isNaN(serverTime) || Math.abs(serverTime - now) <= sameTimeMs ? now : serverTime;
}

/** Parses `x-ratelimit-remaining` and `x-ratelimit-reset` (Unix seconds); null where one is not a number. */
export function parseRateHint(headers: IncomingHttpHeaders, now: number): RateHint | null {
    const [left, resetAt] = [readCount(headers['x-ratelimit-remaining']), readCount(headers['x-ratelimit-reset'])];
    if (left === null || resetAt === null) return null;
    return { remaining: left, resetsInMs: Math.max(0, resetAt * 1000 - now) };
}

function readCount(value: unknown): number | null {
    return typeof value === 'string' && /^\d{1,12}$/.test(value.trim()) ? Number(value) : null;
}
