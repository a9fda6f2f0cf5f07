// A process of its own that serves profile pages to a bench and counts what it is asked, strictly.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildCompanyPage, buildPage, moveTo } from './page.ts';
import { countStrictly } from './strict-rate.ts';

/** What a bench wants of the server; sent by its parent process before each run. Without a page it answers 404. */
export type ServerOrder = {
    pageBytes: number | null;
    latencyMs: number;
    maxPerSecond: number | null;
    /** Whether everybody works at a company of their own, which has a page as large as theirs. */
    hasCompanies?: boolean;
};

/** What the server saw since its last order. */
export type ServerReport = { kind: 'report'; asked: number; refused: number; seconds: number };

export type ServerMessage = ServerReport | { kind: 'ready'; origin: string } | { kind: 'first-request' };

const differentPages = 50;

let order: ServerOrder = { pageBytes: null, latencyMs: 0, maxPerSecond: null };
let pages: Buffer[] = [];
let companyPages: Buffer[] = [];
let rate = countStrictly(null);

const server = createServer((request, response) => {
    const { url = '' } = request;
    if (!/^\/(?:in|company)\//.test(url)) return void response.writeHead(404).end();
    const isAllowed = rate.take(performance.now());
    if (rate.asked === 1) tell({ kind: 'first-request' });
    const answer = () => {
        if (!isAllowed) return void response.writeHead(429, { 'retry-after': '1' }).end();
        if (pages.length === 0) return void response.writeHead(404).end();
        // Compressed, as LinkedIn sends its pages.
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' });
        response.end(choosePage(url));
    };
    if (order.latencyMs > 0) setTimeout(answer, order.latencyMs);
    else answer();
});

function choosePage(url: string): Buffer | undefined {
    const place = Number(/(\d+)\/?$/.exec(url)?.[1] ?? 0);
    const number = place % pages.length;
    if (url.startsWith('/company/')) return companyPages[number];
    if (!order.hasCompanies) return pages[number];
    const page = gunzipSync(pages[number] ?? '').toString();
    return gzipSync(moveTo(`company/bench-${place}`, number, page), { level: 1 });
}

process.on('message', (message: ServerOrder | 'report') => {
    if (message === 'report') {
        tell({ kind: 'report', asked: rate.asked, refused: rate.refused, seconds: rate.spanMs / 1000 });
        return;
    }
    if (message.pageBytes !== order.pageBytes) {
        const { pageBytes } = message;
        const build = (place: number) => gzipSync(buildPage(place, pageBytes ?? 0));
        pages = Array.from({ length: pageBytes === null ? 0 : differentPages }, (_, place) => build(place));
        companyPages = pages.map((_, place) => gzipSync(buildCompanyPage(`company/bench-${place}`, pageBytes ?? 0)));
    }
    order = message;
    rate = countStrictly(message.maxPerSecond);
    tell({ kind: 'ready', origin });
});
process.on('disconnect', () => process.exit());

let origin = '';
server.listen(0, '127.0.0.1', () => {
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tell({ kind: 'ready', origin });
});

function tell(message: ServerMessage): void {
    process.send?.(message);
}
