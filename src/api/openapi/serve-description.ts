import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context, Hono } from 'hono';
import { nameRoute, sendBody, sendJson, type RequestContext } from '../request-context.ts';
import type { OpenApiDocument } from './openapi.ts';

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

    let opening: ReturnType<typeof buildDocsPage> | null = null;
    app.get('/docs', nameRoute('docs'), async (c) => {
        opening ??= buildDocsPage(document);
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

/** Built by `build-reference.mjs`; next to this file and next to its bundle. */
const scriptFile = new URL('reference-page.min.js', import.meta.url);

/**
 * The interactive reference of the API: one self-contained page that sends requests only to its own server, and its
 * Content-Security-Policy. The browser replaces the placeholder for the server's address.
 */
async function buildDocsPage(document: OpenApiDocument) {
    const script = await readFile(scriptFile, 'utf8');
    const hash = createHash('sha256').update(script).digest('base64');
    const html = Buffer.from(renderPage(document, script));
    return {
        html,
        gzipped: await promisify(gzip)(html, { level: 9 }),
        policy: [
            `default-src 'none'`,
            `script-src 'sha256-${hash}'`,
            // The component uses style attributes.
            `style-src 'unsafe-inline'`,
            `connect-src 'self'`,
            `img-src data:`,
            `base-uri 'none'`,
            `form-action 'none'`,
            `frame-ancestors 'none'`,
        ].join('; '),
    };
}

const stylesheet = `
:root { color-scheme: light dark; }
html, body { margin: 0; height: 100%; }
body { font: 16px/1.5 var(--font-regular); background: var(--bg); color: var(--fg); }
noscript { display: block; padding: 1rem; }
.ours { padding: 1rem; line-height: 1.5; }
.ours h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 0.75rem; } .ours h1 small { font-size: 0.875rem; color: var(--fg3); }
.ours h2 { font-size: 1.25rem; margin: 0 0 0.75rem; }
.ours a { color: var(--blue); } .ours li { margin: 0.25rem 0; } .ours ol { padding-left: 1.25rem; }
.ours code { font: var(--font-size-mono) var(--font-mono); overflow-wrap: anywhere; }
.ours input { font: inherit; width: min(24rem, 100%); box-sizing: border-box; padding: 0.375rem 0.5rem; color: var(--fg); background: var(--input-bg); border: 1px solid var(--border-color); border-radius: var(--border-radius); }
.ours button { font: inherit; padding: 0.375rem 0.875rem; color: var(--primary-btn-text-color); background: var(--primary-color); border: 0; border-radius: var(--border-radius); cursor: pointer; }
.ours form p, .ours p { margin: 0.5rem 0; } .ours input { margin: 0 0.25rem 0.5rem 0; }
openapi-explorer::part(btn-fill):hover, openapi-explorer::part(btn-fill):focus-visible { color: var(--primary-btn-text-color); }
@media (min-width: 768px) { .ours { padding: 0; } }
:root, openapi-explorer {
  --font-regular: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  --font-mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --font-size-small: 14px; --font-size-mono: 13px; --font-size-regular: 16px; --border-radius: 4px;
  --bg: #ffffff; --bg2: #f6f7f9; --bg3: #eef1f5; --light-bg: #dfe3ea; --input-bg: #ffffff; --hover-color: #eef1f5;
  --fg: #1b2330; --fg2: #3d4757; --fg3: #566072; --light-fg: #566072; --placeholder-color: #6b7484;
  --border-color: #c9d0da; --light-border-color: #dfe3ea; --code-border-color: #dfe3ea;
  --primary-color: #2b62c9; --secondary-color: #2b62c9; --primary-btn-text-color: #ffffff;
  --nav-bg-color: #f6f7f9; --nav-text-color: #3d4757; --nav-hover-bg-color: #e4e9f1; --nav-hover-text-color: #1b2330;
  --nav-hover-scrollbar-color: #c9d0da; --header-bg: #f6f7f9; --header-fg: #1b2330;
  --red: #b4332d; --green: #17704a; --blue: #2b62c9; --orange: #96590a; --yellow: #7d5f00; --purple: #6f42c1;
  --gray: #566072; --pink: #b02a6b;
  --light-red: #fbeceb; --light-green: #e8f5ee; --light-blue: #eaf0fb; --light-orange: #fdf3e3; --light-yellow: #fbf6df;
  --light-purple: #f2ecfb; --light-gray: #eef1f5;
  --code-fg: #1b2330; --inline-code-fg: #96360f; --code-property-color: #8a1550; --code-keyword-color: #0b5c8a;
  --code-operator-color: #7a5426;
}
@media (prefers-color-scheme: dark) {
  :root, openapi-explorer {
    --bg: #12161d; --bg2: #1a2029; --bg3: #232b36; --light-bg: #2e3744; --input-bg: #1a2029; --hover-color: #232b36;
    --fg: #e7ebf2; --fg2: #c9d1de; --fg3: #a0abbd; --light-fg: #a0abbd; --placeholder-color: #8b97aa;
    --border-color: #3c4758; --light-border-color: #2e3744; --code-border-color: #2e3744;
    --primary-color: #83abf7; --secondary-color: #83abf7; --primary-btn-text-color: #12161d;
    --nav-bg-color: #1a2029; --nav-text-color: #c9d1de; --nav-hover-bg-color: #2a3442; --nav-hover-text-color: #e7ebf2;
    --nav-hover-scrollbar-color: #3c4758; --header-bg: #1a2029; --header-fg: #e7ebf2;
    --red: #f0766f; --green: #45c08a; --blue: #83abf7; --orange: #e0a94a; --yellow: #d9c04a; --purple: #b89af0;
    --gray: #a0abbd; --pink: #f28bbd;
    --light-red: #3a2022; --light-green: #16302a; --light-blue: #1d2a42; --light-orange: #382a14;
    --light-yellow: #332d14; --light-purple: #2a2340; --light-gray: #232b36;
    --code-fg: #e7ebf2; --inline-code-fg: #f0b28c; --code-property-color: #f28bbd; --code-keyword-color: #7cc4ef;
    --code-operator-color: #d8b48a; --selection-bg: #c9d1de; --selection-fg: #12161d;
  }
}`;

function renderPage(document: OpenApiDocument, script: string): string {
    const { title, version, description } = document.info;
    // Only a `<` could end the script element.
    const json = JSON.stringify(document).replaceAll('<', String.raw`\u003c`);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: API</title>
<link rel="icon" href="data:,">
<style>${stylesheet}</style>
</head>
<body>
<openapi-explorer data-origin="${ownOrigin}" hide-server-selection default-schema-tab="body">
<div slot="overview" class="ours">
<h1>${title} <small>${version}</small></h1>
<p>${description}</p>
<ol>
<li>Get a key: ${document.components.securitySchemes.apiKey.description.replaceAll('`', '')}</li>
<li>Enter it under <a href="#?route=auth">Authentication</a>. It stays in this page and is sent only to this server.</li>
<li>Open <a href="#?route=post-${Object.keys(document.paths)[0]}">the endpoint</a> and press EXECUTE.</li>
</ol>
<p>The server is at <code class="origin"></code>. Machine-readable: <a href="openapi.json">OpenAPI 3.1</a>.</p>
</div>
<div slot="overview-api-description"></div>
<form slot="authentication" class="ours">
<h2>Authentication</h2>
<label for="key">Your key</label>
<p><input id="key" type="password" autocomplete="off" spellcheck="false"> <button>Use it</button></p>
<p role="status"></p>
</form>
</openapi-explorer>
<noscript>This page needs JavaScript. Without it, see <a href="openapi.json">OpenAPI 3.1</a>.</noscript>
<script type="application/json" id="description">${json}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}
