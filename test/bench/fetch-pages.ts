// Fetches pages through proxies and does nothing else: what an HTTP client alone costs. Takes its name, how many pages,
// and a file with the proxies' URLs, one a line; prints CPU in milliseconds a page and the peak of memory in MB.
import { readFileSync } from 'node:fs';
import { createGotClient } from '../../src/sources/public-page/http/got-client.ts';
import { fetchPage } from '../../src/sources/public-page/http/fetch-page.ts';
import type { Browser, HttpClient } from '../../src/sources/public-page/http/http-client.ts';
import { createImpitClient } from '../../src/sources/public-page/http/impit-client.ts';
import { createNodeClient } from '../../src/sources/public-page/http/node-client.ts';
import { systemClock } from '../../src/runtime/clock.ts';

const [name = 'node', count = '500', proxiesFile = ''] = process.argv.slice(2);
const proxyUrls = readFileSync(proxiesFile, 'utf8').split('\n');
const pagesPerSession = 6;
const perSecond = 50;

type Fetcher = { fetch(): Promise<number>; close(): void };

async function openFetcher(): Promise<(proxyUrl: string) => Fetcher> {
    if (name === 'as-it-comes') {
        const { gotScraping } = await import('got-scraping');
        return (proxyUrl) => {
            const sessionToken = {};
            return {
                fetch: async () => (await gotScraping({ url: pageUrl(), proxyUrl, sessionToken })).body.length,
                close() {},
            };
        };
    }
    const client = await openClient();
    const [headerSet] = client.headerSets;
    if (!headerSet) throw new Error('there is no header set');
    return (proxyUrl) => {
        const browser: Browser = client.openBrowser({ headerSet, proxyUrl });
        return { fetch: () => fetchOnce(browser), close: () => browser.close() };
    };
}

async function openClient(): Promise<HttpClient> {
    if (name === 'impit') return createImpitClient();
    return name === 'got-scraping' ? createGotClient() : createNodeClient();
}

let asked = 0;
function pageUrl(): string {
    asked += 1;
    return `https://www.linkedin.com/in/example-${asked}/`;
}

async function fetchOnce(browser: Browser): Promise<number> {
    const url = new URL(pageUrl());
    const fetched = await fetchPage(browser, {
        url,
        target: { host: url.host, path: url.pathname, cookies: [], isRedirect: false },
        timeoutMs: 30_000,
        clock: systemClock,
        signal: new AbortController().signal,
        onSent: undefined,
        wantsBody: () => true,
        readBody: (body) => body.length,
    });
    if (fetched.kind !== 'responded' || fetched.head.statusCode !== 200) throw new Error(JSON.stringify(fetched));
    return fetched.content ?? 0;
}

const open = await openFetcher();
const before = process.cpuUsage();
const idle: Array<Fetcher & { uses: number }> = [];
const tasks: Array<Promise<void>> = [];
let opened = 0;
for (let page = 0; page < Number(count); page += 1) {
    tasks.push(fetchNext());
    await systemClock.sleep(1000 / perSecond);
}
await Promise.all(tasks);
const { user, system } = process.cpuUsage(before);
const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 / Number(count), peakMb: Number(kilobytes) / 1024 }));
process.exit();

async function fetchNext(): Promise<void> {
    const session = idle.shift() ?? { ...open(proxyUrls[opened++ % proxyUrls.length] ?? ''), uses: 0 };
    await session.fetch();
    session.uses += 1;
    if (session.uses < pagesPerSession) idle.push(session);
    else session.close();
}
