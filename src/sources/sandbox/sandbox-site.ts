import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../enrichment/clock.ts';
import type { Source } from '../../enrichment/source.ts';
import { createPublicPageSource, type PublicPageSourceOptions } from '../public-page/public-page-source.ts';
import { generateCompany, renderCompanyPage } from './company-page.ts';
import { generatePerson } from './generate-person.ts';
import { renderPage, renderWall } from './render-page.ts';
import { parseSandboxHandle, readCompanyKind } from './sandbox-handle.ts';

/** The sandbox as a source: the public-page source, pointed at the synthetic site. */
export async function createSandboxSource(
    clock: Clock,
    options: Pick<PublicPageSourceOptions, 'client' | 'onRequest'> = {},
): Promise<Source> {
    const site = await startSandboxSite(clock, clock.now());
    const source = await createPublicPageSource({
        ...options,
        origin: site.origin,
        name: 'sandbox',
        proxy: null,
        clock,
    });
    return {
        ...source,
        async close() {
            await source.close();
            await site.close();
        },
    };
}

export type SandboxSite = { origin: string; close(): Promise<void> };

const slowMs = 3000;
/** More than the limit of 10 MB for a page. */
const hugeBytes = 11 * 1024 * 1024;

/**
 * Starts the synthetic site on a free loopback port. `startedAt`, in milliseconds since the epoch, is when `changed`
 * people got their current position.
 */
export async function startSandboxSite(clock: Pick<Clock, 'sleep'>, startedAt = 0): Promise<SandboxSite> {
    /** The handles that fail once and have done so. */
    const failedOnce = new Set<string>();
    const server = createServer((request, response) => respond(request, response, { clock, failedOnce, startedAt }));
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return {
        origin: `http://127.0.0.1:${port}`,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

function respond(
    request: IncomingMessage,
    response: ServerResponse,
    { clock, failedOnce, startedAt }: { clock: Pick<Clock, 'sleep'>; failedOnce: Set<string>; startedAt: number },
): void {
    const [path = '/'] = (request.url ?? '/').split('?');
    if (path.startsWith('/authwall')) return send(response, 200, renderWall());
    const [, kind, slug] = /^\/(company|school)\/([^/]+)/.exec(path) ?? [];
    if (kind !== undefined && slug !== undefined)
        return respondWithCompany(response, clock, kind, decodeURIComponent(slug));
    const handle = decodeURIComponent(/^\/in\/([^/]+)/.exec(path)?.[1] ?? '');
    const parsed = parseSandboxHandle(handle);
    if (!parsed) return send(response, 404, 'Not found');
    const isFirstTime = !failedOnce.has(handle);
    const person = () => renderPage(generatePerson(handle, parsed, startedAt));
    switch (parsed.kind) {
        case 'not-found':
            return send(response, 404, '<title>Profile Not Found | LinkedIn</title>');
        case 'wall':
            return redirect(response, `/authwall?sessionRedirect=${encodeURIComponent(path)}`);
        case 'blocked':
            return send(response, 999, '<script>location.href = "/authwall"</script>');
        case 'error':
            return send(response, 500, 'Internal error');
        case 'timeout':
            return;
        case 'moved':
            // A high number, so that the new handle is unlikely to be in the same list.
            return redirect(response, `/in/example-${900_000 + parsed.number}/`);
        case 'rate-limited':
        case 'flaky':
            if (!isFirstTime) return send(response, 200, person());
            failedOnce.add(handle);
            if (parsed.kind === 'flaky') return send(response, 503, 'Try again');
            response.setHeader('Retry-After', '1');
            return send(response, 429, 'Slow down');
        case 'slow':
            return sendLate(response, clock, person);
        case 'huge':
            return send(
                response,
                200,
                renderPage(generatePerson(handle, parsed)).replace('<main', `<!--${'x'.repeat(hugeBytes)}--><main`),
            );
        case 'example':
        case 'bare':
        case 'masked':
        case 'unknown':
        case 'unicode':
        case 'changed':
        case 'at-missing':
        case 'at-wall':
        case 'at-slow':
        case 'at-timeout':
        case 'at-error':
        case 'at-moved':
            return send(response, 200, person());
    }
}

function respondWithCompany(response: ServerResponse, clock: Pick<Clock, 'sleep'>, kind: string, slug: string): void {
    const company = () => renderCompanyPage(generateCompany(`${kind}/${slug}`));
    switch (readCompanyKind(slug)) {
        case 'missing':
            return send(response, 404, 'Not found');
        case 'wall':
            return redirect(response, `/authwall?sessionRedirect=%2F${kind}%2F${slug}`);
        case 'slow':
            return sendLate(response, clock, company);
        case 'timeout':
            return;
        case 'error':
            return send(response, 500, 'Internal error');
        case 'moved':
            return redirect(response, `/school/school-of-${slug}`);
        case 'found':
            return send(response, 200, company());
    }
}

/** Sends a page after `slowMs`, unless the connection was closed. */
function sendLate(response: ServerResponse, clock: Pick<Clock, 'sleep'>, render: () => string): void {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    clock.sleep(slowMs, gone.signal).then(
        () => send(response, 200, render()),
        () => {},
    );
}

function send(response: ServerResponse, status: number, body: string): void {
    if (response.destroyed) return;
    response.writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'content-length': Buffer.byteLength(body),
    });
    response.end(body);
}

function redirect(response: ServerResponse, location: string): void {
    response.writeHead(302, { location });
    response.end();
}
