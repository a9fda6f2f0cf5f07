import type { Context, Hono } from 'hono';
import { buildDocsPage, type DocsPage } from './reference.ts';
import { nameRoute } from '../middleware/observe-request.ts';
import type { RequestContext } from '../middleware/request-context.ts';
import type { OpenApiDocument } from './openapi.ts';
import { sendBody, sendJson } from '../send-response.ts';

/** The placeholder in the document for the server's address, which depends on the request. */
export const ownOrigin = 'https://this-server.invalid';

/** The response depends on the host name and the proxy of the request. */
const notShared = { 'Cache-Control': 'private, no-cache' };

/** Serves `/openapi.json`, the reference at `/docs`, and `/`, which redirects there. */
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
    // Keeps the query, which has the token at Apify's address.
    app.get('/', nameRoute('docs'), (c) => {
        const location = `docs${new URL(c.req.url).search}`;
        return sendBody(c, { status: 302, body: '', type: 'text/plain' }, { Location: location });
    });
}

/** The origin by which the caller reached the server: from a proxy's headers, else from the request. */
function readOrigin(c: Context<RequestContext>): string {
    const { protocol, host } = new URL(c.req.url);
    const forwardedHost = readFirst(c.req.header('x-forwarded-host'));
    const scheme = readFirst(c.req.header('x-forwarded-proto')) === 'https' ? 'https:' : protocol;
    const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(forwardedHost);
    return `${scheme}//${isHost ? forwardedHost : host}`;
}

/** Several proxies append their values; the first is the one next to the caller. */
function readFirst(list: string | undefined): string {
    return list?.split(',', 1)[0]?.trim() ?? '';
}
