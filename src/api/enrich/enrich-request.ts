import * as z from 'zod';

/** The most URLs one request may ask for. */
export const maxUrls = 100;

export const singleRequestSchema = z.object({
    url: z.string().describe('`https://www.linkedin.com/in/<handle>`, with or without the last slash.'),
});

export const batchRequestSchema = z.object({
    urls: z
        .array(z.string())
        .min(1)
        .max(maxUrls)
        .describe('1 to 100 profile URLs; answered in this order, each billed by itself.'),
});

/** What a caller asks for: one profile, or several at once. */
export type EnrichRequest = { kind: 'single'; url: string } | { kind: 'batch'; urls: string[] };

export type EnrichRequestParsing = { ok: true; request: EnrichRequest } | { ok: false; reason: string };

/** Reads a parsed JSON body. Whether the URLs are those of profiles is not looked at; fields not known are ignored. */
export function parseEnrichRequest(body: unknown): EnrichRequestParsing {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        return reject('The body must be an object such as {"url": "https://www.linkedin.com/in/someone/"}.');
    }
    const hasUrl = 'url' in body;
    const hasUrls = 'urls' in body;
    if (hasUrl && hasUrls) return reject('Give either `url` or `urls`, not both.');
    if (!hasUrl && !hasUrls) return reject('`url` is missing: give the profile URL to look up.');
    if (hasUrl) {
        const parsing = singleRequestSchema.safeParse(body);
        return parsing.success
            ? { ok: true, request: { kind: 'single', url: parsing.data.url } }
            : reject('`url` must be a text.');
    }
    const parsing = batchRequestSchema.safeParse(body);
    return parsing.success
        ? { ok: true, request: { kind: 'batch', urls: parsing.data.urls } }
        : reject(`\`urls\` must be a list of 1 to ${maxUrls} texts.`);
}

function reject(reason: string): EnrichRequestParsing {
    return { ok: false, reason };
}
