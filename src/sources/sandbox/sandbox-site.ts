import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../enrichment/clock.ts';
import type { Source } from '../../enrichment/source.ts';
import { createPublicPageSource, type PublicPageSourceOptions } from '../public-page/public-page-source.ts';
import { generateCompany, renderCompanyPage } from './company-page.ts';
import { generatePerson } from './generate-person.ts';
import { renderPage, renderWall } from './render-page.ts';
import { parseSandboxHandle, type SandboxKind } from './sandbox-handle.ts';

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
    const person = () => renderPage(generatePerson(handle, parsed, startedAt));
    const sendPerson = () => send(response, 200, person());
    const failOnce = (fail: () => void) => {
        if (failedOnce.has(handle)) return sendPerson();
        failedOnce.add(handle);
        fail();
    };
    const outcomes: { [kind in SandboxKind]?: () => void } = {
        'not-found': () => send(response, 404, '<title>Profile Not Found | LinkedIn</title>'),
        wall: () => redirect(response, `/authwall?sessionRedirect=${encodeURIComponent(path)}`),
        blocked: () => send(response, 999, '<script>location.href = "/authwall"</script>'),
        error: () => send(response, 500, 'Internal error'),
        timeout: () => {},
        // A high number, so that the new handle is unlikely to be in the same list.
        moved: () => redirect(response, `/in/example-${900_000 + parsed.number}/`),
        'rate-limited': () => failOnce(() => send(response.setHeader('Retry-After', '1'), 429, 'Slow down')),
        flaky: () => failOnce(() => send(response, 503, 'Try again')),
        slow: () => sendLate(response, clock, person),
        huge: () => send(response, 200, person().replace('<main', `<!--${'x'.repeat(hugeBytes)}--><main`)),
    };
    (outcomes[parsed.kind] ?? sendPerson)();
}

/** Responds as the first word of a slug says: `wall-3`. Any other company is found at once. */
function respondWithCompany(response: ServerResponse, clock: Pick<Clock, 'sleep'>, kind: string, slug: string): void {
    const company = () => renderCompanyPage(generateCompany(`${kind}/${slug}`));
    const outcomes: Record<string, () => void> = {
        missing: () => send(response, 404, 'Not found'),
        wall: () => redirect(response, `/authwall?sessionRedirect=%2F${kind}%2F${slug}`),
        slow: () => sendLate(response, clock, company),
        timeout: () => {},
        error: () => send(response, 500, 'Internal error'),
        moved: () => redirect(response, `/school/school-of-${slug}`),
    };
    const word = Object.keys(outcomes).find((one) => slug.startsWith(`${one}-`)) ?? '';
    (outcomes[word] ?? (() => send(response, 200, company())))();
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
