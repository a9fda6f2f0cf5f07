import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawHeaderSets } from '../../../../draw-header-sets.mjs';
import type { HeaderSet } from '../../../../src/sources/public-page/http/chrome.ts';
import headerSets from '../../../../src/sources/public-page/http/header-sets.json' with { type: 'json' };
import type { HttpClient } from '../../../../src/sources/public-page/http/http-client.ts';
import { createGotClient } from '../../../../src/sources/public-page/http/got-client.ts';
import { createImpitClient } from '../../../../src/sources/public-page/http/impit-client.ts';
import { createNodeClient } from '../../../../src/sources/public-page/http/node-client.ts';
import { createPublicPageSource } from '../../../../src/sources/public-page/public-page-source.ts';
import { acceptedEncodings } from '../../../../src/sources/public-page/http/fetch-page.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { browserFlags, chromiumPath, hasBrowser, howToHaveBrowser } from '../../../helpers/sites/browser.ts';
import { createCertificates, type Certificates } from '../../../helpers/sites/certificates.ts';
import { startConnectProxy } from '../../../helpers/sites/connect-proxy.ts';
import { startWireRecorder, type RecordedConnection } from '../../../helpers/sites/wire-recorder.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

let certificates: Certificates;
let node: HttpClient;
let got: HttpClient;
let impit: HttpClient;
beforeAll(async () => {
    certificates = await createCertificates();
    const file = join(mkdtempSync(join(tmpdir(), 'authority-')), 'authority.pem');
    writeFileSync(file, certificates.authority);
    process.env['SSL_CERT_FILE'] = file;
    node = createNodeClient({ authorities: certificates.authority });
    got = createGotClient({ authorities: certificates.authority });
    impit = createImpitClient();
});

/** The first request gets cookies and a redirect back; the second gets the page. */
const visitTwice = (path: string) =>
    path.includes('seen=1')
        ? { status: 404 }
        : {
              status: 302,
              headers: {
                  location: `${path}?seen=1`,
                  'set-cookie': [
                      'bcookie=guest; Domain=.linkedin.com; Path=/; Secure; SameSite=None',
                      'lidc=place; Path=/',
                      'li_at=account; Path=/',
                  ],
              },
          };

async function startRecorder(protocols: string[]) {
    const recorder = await startWireRecorder(certificates, { protocols, answer: visitTwice });
    cleanUps.push(() => recorder.close());
    return recorder;
}

/** What a client sends for one profile with a redirect back and cookies. */
async function record(client: HttpClient, protocols: string[], isProxied: boolean): Promise<RecordedConnection> {
    const recorder = await startRecorder(protocols);
    const proxy = await startConnectProxy({ portOf: () => recorder.port });
    const origin = isProxied ? 'https://www.linkedin.com' : `https://localhost:${recorder.port}`;
    const source = await createPublicPageSource({
        origin,
        proxy: isProxied ? proxy.configuration : null,
        client,
        clock: systemClock,
        random: () => 0,
    });
    cleanUps.push(
        () => source.close(),
        () => proxy.close(),
    );
    const signal = new AbortController().signal;
    expect(await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal })).toEqual({
        kind: 'not_found',
    });
    expect(recorder.connections).toHaveLength(1);
    return recorder.connections[0]!;
}

const firstSet: HeaderSet = headerSets[0]!;
const clientHints = ({ secChUa, platform }: HeaderSet) => [
    ['sec-ch-ua', secChUa],
    ['sec-ch-ua-mobile', '?0'],
    ['sec-ch-ua-platform', platform],
];

/** What Chrome sends over HTTP/2 for a typed-in address, and again after a redirect back. */
function expectHttp2(
    connection: RecordedConnection,
    host: string,
    set: HeaderSet,
    encodings = acceptedEncodings,
): void {
    const navigation = [
        ['upgrade-insecure-requests', '1'],
        ['user-agent', set.userAgent],
        ['accept', set.accept],
        ['sec-fetch-site', 'none'],
        ['sec-fetch-mode', 'navigate'],
        ['sec-fetch-user', '?1'],
        ['sec-fetch-dest', 'document'],
    ];
    const pseudo = (path: string) => [
        [':method', 'GET'],
        [':authority', host],
        [':scheme', 'https'],
        [':path', path],
    ];
    const languages = [
        ['accept-encoding', encodings],
        ['accept-language', 'en-US,en;q=0.9'],
    ];
    const priority = ['priority', 'u=0, i'];
    expect(connection.requests.map(inPairs)).toEqual([
        [...pseudo('/in/ada-example/'), ...clientHints(set), ...navigation, ...languages, priority],
        [
            ...pseudo('/in/ada-example/?seen=1'),
            ...navigation,
            ...clientHints(set),
            ...languages,
            ['cookie', 'bcookie=guest'],
            ['cookie', 'lidc=place'],
            priority,
        ],
    ]);
}

/** As Chrome sends it, if Node can: since 22.17 it puts no priority into the frame (its DEP0194). */
const [nodeMajor = 0, nodeMinor = 0] = process.versions.node.split('.').map(Number);
const headersFrame =
    nodeMajor < 22 || (nodeMajor === 22 && nodeMinor < 17) ? 'HEADERS exclusive 1, weight 255' : 'HEADERS';

function inPairs(raw: string[]): string[][] {
    return raw.flatMap((name, place) => (place % 2 === 0 ? [[name, raw[place + 1] ?? '']] : []));
}

describe.each([
    ['directly', false],
    ['through a proxy', true],
])('what is sent %s', (_name, isProxied) => {
    it('is what Chrome sends over HTTP/2, frame by frame', async () => {
        const connection = await record(node, ['h2', 'http/1.1'], isProxied);
        expect(connection.protocol).toBe('h2');
        expect(connection.frames).toEqual([
            'SETTINGS 1:65536 2:0 4:6291456 6:262144',
            'WINDOW_UPDATE 15663105',
            headersFrame,
            headersFrame,
        ]);
        const host = isProxied ? 'www.linkedin.com' : connection.requests[0]![3]!;
        expectHttp2(connection, host, firstSet);
    });

    it('is the same from got-scraping, except for the priority, which it cannot set', async () => {
        const connection = await record(got, ['h2', 'http/1.1'], isProxied);
        expect(connection.frames).toEqual([
            'SETTINGS 1:65536 2:0 4:6291456 6:262144',
            'WINDOW_UPDATE 15663105',
            'HEADERS',
            'HEADERS',
        ]);
        const host = isProxied ? 'www.linkedin.com' : connection.requests[0]![3]!;
        expectHttp2(connection, host, firstSet);
    });

    it('is what Chrome sends over HTTP/1.1', async () => {
        const connection = await record(node, ['http/1.1'], isProxied);
        const host = isProxied ? 'www.linkedin.com' : connection.requests[0]![1]!;
        const navigation = [
            ['Upgrade-Insecure-Requests', '1'],
            ['User-Agent', firstSet.userAgent],
            ['Accept', firstSet.accept],
            ['Sec-Fetch-Site', 'none'],
            ['Sec-Fetch-Mode', 'navigate'],
            ['Sec-Fetch-User', '?1'],
            ['Sec-Fetch-Dest', 'document'],
        ];
        const start = [
            ['Host', host],
            ['Connection', 'keep-alive'],
        ];
        const languages = [
            ['Accept-Encoding', acceptedEncodings],
            ['Accept-Language', 'en-US,en;q=0.9'],
        ];
        expect(connection.requests.map(inPairs)).toEqual([
            [...start, ...clientHints(firstSet), ...navigation, ...languages],
            [...start, ...navigation, ...clientHints(firstSet), ...languages, ['Cookie', 'bcookie=guest; lidc=place']],
        ]);
    });

    it('has the same headers in the same order when impit sends them', async () => {
        const connection = await record(impit, ['h2', 'http/1.1'], isProxied);
        const host = isProxied ? 'www.linkedin.com' : connection.requests[0]![3]!;
        // It sends all cookies in one header.
        const requests = connection.requests.map((raw) =>
            raw.flatMap((text) =>
                text === 'bcookie=guest; lidc=place' ? ['bcookie=guest', 'cookie', 'lidc=place'] : [text],
            ),
        );
        expectHttp2({ ...connection, requests }, host, impit.headerSets[0]!, 'gzip, deflate, br, zstd');
        expect(connection.frames.slice(0, 2)).toEqual([
            'SETTINGS 2:0 4:6291456 5:16384 6:262144',
            'WINDOW_UPDATE 15663105',
        ]);
    });
});

it.runIf(hasBrowser).each([
    ['HTTP/2', ['h2', 'http/1.1']],
    ['HTTP/1.1', ['http/1.1']],
])(
    `is what this machine’s Chromium sends over %s (${hasBrowser ? chromiumPath : howToHaveBrowser})`,
    async (...row) => {
        const [, protocols] = row;
        const ours = await record(node, protocols, true);
        const recorder = await startRecorder(protocols);
        const browser = await chromium.launch({
            executablePath: chromiumPath,
            args: [...browserFlags, '--lang=en-US', `--host-resolver-rules=MAP *:443 127.0.0.1:${recorder.port}`],
        });
        try {
            const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
            await page.goto('https://www.linkedin.com/in/ada-example/');
        } finally {
            await browser.close();
        }
        const theirs = recorder.connections.find(
            ({ requests }) =>
                requests.some((raw) => raw.includes('/in/ada-example/')) ||
                requests.some((raw) => raw.includes('Sec-Fetch-Dest')),
        )!;
        // Only the page: Chromium requests an icon too.
        const pages = theirs.requests.filter((raw) => raw.includes('navigate'));
        // Ignores account cookies, which Chromium would keep, and versions.
        const comparable = (raw: string[]) =>
            inPairs(raw)
                .filter(([, value]) => value !== 'li_at=account')
                .map(([name = '', value = '']) => [
                    name,
                    /^(?:user-agent|sec-ch-ua|sec-ch-ua-platform|accept|accept-encoding)$/i.test(name)
                        ? ''
                        : value.replace('; li_at=account', ''),
                ]);
        expect(ours.requests.map(comparable)).toEqual(pages.map(comparable));
        const sendable = theirs.frames.map((frame) => (frame.startsWith('HEADERS') ? headersFrame : frame));
        expect(ours.frames.slice(0, 4)).toEqual(sendable.slice(0, protocols.includes('h2') ? 4 : 0));
    },
);

describe('the header sets', () => {
    it('are those generated by the build with header-generator', () => {
        expect(headerSets).toEqual(drawHeaderSets());
    });

    it('are all Chrome, on several systems, and consistent', () => {
        expect(new Set(headerSets.map(({ platform }) => platform)).size).toBeGreaterThan(2);
        for (const { chromeVersion, userAgent, secChUa, platform } of [...headerSets, ...impit.headerSets]) {
            expect(userAgent).toContain(` Chrome/${chromeVersion}.0.0.0 Safari/537.36`);
            expect(secChUa).toContain(`"Google Chrome";v="${chromeVersion}"`);
            const systems = { '"Windows"': 'Windows NT', '"macOS"': 'Macintosh', '"Linux"': 'Linux' };
            expect(userAgent).toContain(systems[platform as keyof typeof systems]);
        }
    });
});
