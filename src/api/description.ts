import type { Context, Hono } from 'hono';
import { buildDocsPage, type DocsPage } from './docs.ts';
import { nameRoute } from './middleware/observe-request.ts';
import type { RequestContext } from './middleware/request-context.ts';
import type { OpenApiDocument } from './openapi.ts';
import { sendBody, sendJson } from './send-response.ts';

/** Stands in the document for the address that the server is reached by, which every request says anew. */
export const ownOrigin = 'https://this-server.invalid';

/** Whoever asks by another name, or through another proxy, gets another answer. */
const notShared = { 'Cache-Control': 'private, no-cache' };

/** What the server says of itself: `/openapi.json`, the reference at `/docs`, and `/`, which leads there. */
export function serveDescription(app: Hono<RequestContext>, document: OpenApiDocument): void {
    const text = JSON.stringify(document);
    app.get('/openapi.json', nameRoute('openapi'), (c) =>
        sendJson(c, { status: 200, body: text.replaceAll(ownOrigin, readOrigin(c)) }, notShared),
    );

    let opening: Promise<DocsPage> | null = null;
    app.get('/docs', nameRoute('docs'), async (c) => {
        opening ??= buildDocsPage(document, ownOrigin);
        const { html, gzipped, policy } = await opening;
        const isCompressed = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
        const page = { status: 200, body: isCompressed ? gzipped : html, type: 'text/html; charset=utf-8' };
        return sendBody(c, page, {
            'Content-Security-Policy': policy,
            'Cache-Control': 'no-cache',
            Vary: 'Accept-Encoding',
            ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
        });
    });
    // With its query: behind Apify's address stands a token in it.
    app.get('/', nameRoute('docs'), (c) => c.redirect(`docs${new URL(c.req.url).search}`));
}

/** The address that the caller reached the server by: what a proxy in front says of it, else what the request says. */
function readOrigin(c: Context<RequestContext>): string {
    const { protocol, host } = new URL(c.req.url);
    const forwardedHost = readFirst(c.req.header('x-forwarded-host'));
    const scheme = readFirst(c.req.header('x-forwarded-proto')) === 'https' ? 'https:' : protocol;
    const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(forwardedHost);
    return `${scheme}//${isHost ? forwardedHost : host}`;
}

/** Proxies in a row list what each of them saw, the one next to the caller first. */
function readFirst(list: string | undefined): string {
    return list?.split(',', 1)[0]?.trim() ?? '';
}
