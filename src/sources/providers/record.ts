import * as z from 'zod';
import type { Location } from '../../enrichment/result/profile-parts.ts';
import { parseProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import { readOrganizationUrl } from '../public-page/markup/links.ts';
import { cleanText } from '../public-page/text/clean-text.ts';
import { findCountry } from '../public-page/text/countries.ts';

/*
 * Building blocks of provider schemas. Each accepts any value, including a missing one, and returns null or [] for what
 * it cannot use, so that one odd entry never loses a record. Unknown keys are dropped.
 */

/** An object. Anything else, or nothing, yields an object with all fields null or []. */
export function part<Shape extends z.ZodRawShape>(shape: Shape) {
    const schema = z.object(shape);
    return schema.catch(() => schema.parse({}));
}

/** An entry of a list, converted by `build`; null without the field `key`, its name. */
export function entry<Shape extends z.ZodRawShape, Key extends keyof Shape & string, T>(
    key: Key,
    shape: Shape,
    build: (shown: z.output<z.ZodObject<Shape>> & Record<Key, string>) => T,
) {
    return part(shape).transform((shown): T | null => {
        const isNamed = typeof (shown as Record<string, unknown>)[key] === 'string';
        return isNamed ? build(shown as z.output<z.ZodObject<Shape>> & Record<Key, string>) : null;
    });
}

/** The usable entries of a list in order; `[]` for anything else. */
export function list<T>(entry: z.ZodType<T | null>) {
    return z
        .array(z.unknown())
        .catch([])
        .transform((entries): T[] =>
            entries.flatMap((raw) => {
                const { data } = entry.safeParse(raw);
                return data === undefined || data === null ? [] : [data];
            }),
        );
}

const scalar = z.union([z.string(), z.number()]).catch('');

/** Text with paragraphs. */
export const text = scalar.transform(readText);

/** Text on one line. */
export const line = scalar.transform(readLine);

/** Text on one line, or the first text of an object under these keys. */
export function named(...keys: string[]) {
    return z
        .union([z.string(), z.number(), z.record(z.string(), z.unknown())])
        .catch('')
        .transform((value) => {
            if (typeof value !== 'object') return readLine(value);
            for (const key of keys) {
                const found = line.parse(value[key]);
                if (found !== null) return found;
            }
            return null;
        });
}

/** A language without its proficiency. */
export const languageName = named('name', 'language').transform((name) =>
    name === null ? null : { name, proficiency: null },
);

/** A whole number from 0; "500+" is 500. */
export const count = scalar.transform((value): number | null => {
    const number = typeof value === 'number' ? value : /^\d+\+?$/.test(value.trim()) ? Number.parseInt(value, 10) : -1;
    return Number.isSafeInteger(number) && number >= 0 ? number : null;
});

/** Any object, unchanged; an empty one for anything else. */
export const anyObject = z.record(z.string(), z.unknown()).catch({});

const dateParts = z.object({ year: z.number(), month: z.number().nullable().catch(null) });
const date = z.union([z.string(), z.number(), dateParts]).catch('');

/** A date to the month, since providers make days up. Accepts `2019-03-14`, `2019-03`, `2019` or an object. */
export const month = date.transform(readMonth);

/** A date to the year. */
export const year = date.transform((value) => readMonth(value)?.slice(0, 4) ?? null);

/** When a record was last updated, as an ISO 8601 date or instant. */
export const asOf = scalar.transform((value): string | null => {
    const stated = String(value).trim();
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(stated) && !Number.isNaN(Date.parse(stated)))
        return stated;
    const day = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(stated)?.[0];
    return day === undefined || Number.isNaN(Date.parse(day)) ? null : day;
});

/** A web URL, with or without its scheme. */
export const webUrl = line.transform(readWebUrl);

/** The URL of a picture, which may be signed and expire. Null for LinkedIn's placeholders. */
export const picture = named('source', 'url').transform((address) => {
    const url = readWebUrl(address);
    return url === null || /^https?:\/\/static(?:-exp\d*)?\.licdn\.com\//.test(url) ? null : url;
});

/** The LinkedIn URL of a company or school, in the form used by the public page. */
export const linkedInUrl = line.transform((address): string | null => {
    const url = readWebUrl(address);
    return url === null ? null : readOrganizationUrl(url);
});

/** The handle from a profile URL or a bare handle, as `parseProfileUrl` returns it. */
export const handle = line.transform((address): string | null => {
    if (address === null) return null;
    const parsing = parseProfileUrl(
        address.includes('/') ? address : `https://www.linkedin.com/in/${encodeURIComponent(address)}`,
    );
    return parsing.ok ? parsing.profileUrl.handle : null;
});

/** The ISO 3166-1 code of a country, from its English name or its code. */
export const country = line.transform((name) => (name === null ? null : readCountry(name)));

/** A continent after a country; Australia is not among them, being a country too. */
const continentSuffix = /,\s*(?:Africa|Antarctica|Asia|Europe|North America|South America|Oceania)$/i;

/** A location. Without a full line, one is built from its parts. */
export const place = part({
    default: line,
    raw_address: line,
    short: line,
    country: line,
    state: line,
    city: line,
}).transform(({ state, city, ...shown }): Location => {
    const whole = shown.default ?? shown.raw_address ?? joinLine(city, state, shown.country);
    return {
        country: shown.country === null ? null : readCountry(shown.country),
        state,
        city,
        default: whole?.replace(continentSuffix, '') ?? null,
        short: (shown.short ?? joinLine(city, state))?.replace(continentSuffix, '') ?? null,
    };
});

/** Joins the parts that are not null: "Lyon, France". Null without any. */
export function joinLine(...parts: Array<string | null>): string | null {
    return parts.filter((one) => one !== null).join(', ') || null;
}

function readText(value: string | number): string | null {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return null;
    const cleaned = cleanText(String(value));
    return cleaned === null || /^-+$|^9223372036854775807$/.test(cleaned) ? null : cleaned;
}

function readLine(value: string | number): string | null {
    return readText(value)?.replace(/\s*\n\s*/g, ' ') ?? null;
}

function readMonth(value: z.infer<typeof date>): string | null {
    const [stated, inYear] =
        typeof value === 'object'
            ? [value.year, value.month]
            : (/^(\d{4})(?:-(\d{1,2})(?:-\d{1,2}(?:[T ].*)?)?)?$/.exec(String(value).trim()) ?? [])
                  .slice(1)
                  .map(Number);
    // Some records use 1600 for an unknown year.
    if (stated === undefined || !Number.isInteger(stated) || stated < 1900 || stated > 2200) return null;
    const isMonth = Number.isInteger(inYear) && Number(inYear) >= 1 && Number(inYear) <= 12;
    return isMonth ? `${stated}-${String(inYear).padStart(2, '0')}` : String(stated);
}

function readWebUrl(address: string | null): string | null {
    if (address === null) return null;
    const whole = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address.replace(/^\/\//, '')}`;
    if (!URL.canParse(whole)) return null;
    const { protocol, hostname, username } = new URL(whole);
    const isWeb = /^https?:$/.test(protocol) && username === '' && /^[^.]+(?:\.[^.]+)+$/.test(hostname);
    return isWeb ? whole : null;
}

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function readCountry(name: string): string | null {
    const found = findCountry(name, 'en');
    if (found !== null || !/^[a-z]{2}$/i.test(name)) return found;
    // Not every region code is a country: the table of country names decides.
    return findCountry(regionNames.of(name.toUpperCase()) ?? '', 'en');
}
