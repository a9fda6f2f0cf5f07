import { execFile, fork } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DefenceRules } from '../../helpers/sites/defended-site.ts';
import type { DefendedMessage } from '../defended-server.ts';
import { measureRun, type Program } from '../programs/measured-run.ts';
import { cheerioCrawler, gotScraping, ours, profileUrls } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, spreadOf } from '../statistics.ts';

const open: DefenceRules = {
    checksHeaders: true,
    exits: 200,
    pagesPerExit: null,
    windowMs: 600_000,
    pagesPerCookie: null,
    movedOneIn: null,
    latencyMs: 100,
};

/** Three sets of rules. In each the exits have room for everybody. */
const ruleSets: Array<[name: string, rules: Partial<DefenceRules>]> = [
    ['per address', { pagesPerExit: 8 }],
    ['per cookie', { pagesPerCookie: 7 }],
    ['by country', { pagesPerExit: 8, movedOneIn: 10 }],
];

const profileCount = 300;
const perSecond = 20;

/** Who gets in, on a defended site of our own making, and what an HTTP client costs through a proxy. */
export async function benchGettingIn(_: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const site = await startDefendedServer();
    const folder = mkdtempSync(join(tmpdir(), 'getting-in-'));
    const authorityFile = join(folder, 'authority.pem');
    writeFileSync(authorityFile, site.authority);
    const trust = { NODE_EXTRA_CA_CERTS: authorityFile, SSL_CERT_FILE: authorityFile };
    const lines: BenchLine[] = [];
    try {
        lines.push(...(await benchClients()));
        for (const [name, rules] of ruleSets) lines.push(...(await benchDefence(name, rules)));
        if (!isQuick) lines.push(await benchMemory());
    } finally {
        site.close();
    }
    return lines;

    /** Through a proxy that refuses nobody, pages alone: nothing is read or written. */
    async function benchClients(): Promise<BenchLine[]> {
        const count = isQuick ? 150 : 500;
        const script = fileURLToPath(new URL('fetch-pages.js', import.meta.url));
        const proxiesFile = join(folder, 'proxies.txt');
        const names = ['node', 'got-scraping', 'impit', 'as-it-comes'] as const;
        const measured = new Map<string, Array<{ cpuMs: number; peakMb: number; connections: number }>>();
        for (let run = 0; run < (isQuick ? 1 : Math.min(3, runs)); run += 1) {
            for (const name of names) {
                writeFileSync(proxiesFile, (await site.defend({ ...open, checksHeaders: false })).join('\n'));
                const options = { env: { PATH: process.env['PATH'], ...trust } };
                const { stdout } = await promisify(execFile)(
                    process.execPath,
                    ['--max-semi-space-size=4', script, name, String(count), proxiesFile],
                    options,
                );
                const { connections } = await site.report();
                const figures = JSON.parse(stdout) as { cpuMs: number; peakMb: number };
                measured.set(name, [...(measured.get(name) ?? []), { ...figures, connections }]);
            }
        }
        const cpuOf = (name: string) => spreadOf((measured.get(name) ?? []).map(({ cpuMs }) => cpuMs));
        const describe = (name: string) => {
            const all = measured.get(name) ?? [];
            const memory = spreadOf(all.map(({ peakMb }) => peakMb));
            const connections = spreadOf(all.map((one) => one.connections)).median / count;
            return `${name} ${describeSpread(cpuOf(name), 2)} ms, ${memory.max.toFixed(0)} MB, ${connections.toFixed(2)} connections`;
        };
        const peer = cpuOf('as-it-comes').median;
        return names.slice(0, 3).map((name) => ({
            what: `through a proxy, CPU a page (${count})`,
            ours: describe(name),
            peer: `got-scraping ${describe('as-it-comes')}`,
            ratio: cpuOf(name).median / peer,
            budget: name === 'node' ? '≤ 0.5' : '',
            isWithin: name === 'node' ? cpuOf(name).median / peer <= 0.5 : null,
        }));
    }

    /** The most pages of a run, through proxies, in the smallest memory class. */
    async function benchMemory(): Promise<BenchLine> {
        const proxyUrls = await site.defend(open);
        const input = {
            profileUrls: profileUrls(5000),
            maxRequestsPerSecond: 100,
            proxyConfiguration: { useApifyProxy: false, proxyUrls },
        };
        const program = { ...ours, env: { ...ours.env, ...trust } };
        const { maxRssMb, cpuMs, run } = await measureRun(program, { origin: 'https://www.linkedin.com' }, input);
        const { connections } = await site.report();
        const count = run.dataset.readTruth().length;
        return {
            what: '5000 profiles of 400 KB through proxies',
            ours: `${count} rows, ${(cpuMs / 5000).toFixed(1)} ms CPU a profile, ${maxRssMb.toFixed(0)} MB, ${connections} connections`,
            peer: '',
            ratio: null,
            budget: '≤ 256 MB',
            isWithin: maxRssMb <= 256,
        };
    }

    async function benchDefence(name: string, rules: Partial<DefenceRules>): Promise<BenchLine[]> {
        const clients = ['node', 'got-scraping', 'impit'].map((client): Program => {
            return { ...ours, name: client, env: { ...ours.env, ...trust, HTTP_CLIENT: client } };
        });
        const peers: string[] = [];
        // With them looked at, both find nobody: they come from the same site, and from no page of it.
        for (const program of [cheerioCrawler, gotScraping]) {
            const { found, requests, connections } = await getIn(program, { ...rules, checksHeaders: false });
            peers.push(`${program.name} ${found} found, ${requests} requests, ${connections} connections`);
        }
        const lines: BenchLine[] = [];
        for (const program of isQuick ? clients.slice(0, 1) : clients) {
            const { found, requests, connections } = await getIn(program, rules);
            const perProfile = requests / profileCount;
            lines.push({
                what: `defended site of our own, ${name}: found of ${profileCount}`,
                ours: `${program.name} ${found} found, ${perProfile.toFixed(2)} requests a profile, ${connections} connections`,
                peer: `headers not looked at: ${peers.join('; ')}`,
                ratio: found / profileCount,
                budget: '≥ 0.98, ≤ 1.15 requests',
                isWithin: found / profileCount >= 0.98 && perProfile <= 1.15,
            });
        }
        return lines;
    }

    async function getIn(program: Program, rules: Partial<DefenceRules>) {
        const proxyUrls = await site.defend({ ...open, ...rules });
        const input = {
            profileUrls: profileUrls(profileCount),
            maxRequestsPerSecond: perSecond,
            proxyConfiguration: { useApifyProxy: false, proxyUrls },
        };
        const { run } = await measureRun(program, { origin: 'https://www.linkedin.com' }, input, 300_000);
        const rows = run.dataset.readTruth() as Array<{ status?: string; profile?: { full_name?: string | null } }>;
        const found = rows.filter(({ status, profile }) => status === 'success' && profile?.full_name).length;
        return { found, ...(await site.report()) };
    }
}

async function startDefendedServer() {
    const child = fork(fileURLToPath(new URL('defended-server.js', import.meta.url)));

    function waitFor<Kind extends DefendedMessage['kind']>(
        kind: Kind,
    ): Promise<Extract<DefendedMessage, { kind: Kind }>> {
        return new Promise((resolve) => {
            const take = (message: DefendedMessage) => {
                if (message.kind !== kind) return;
                child.off('message', take);
                resolve(message as Extract<DefendedMessage, { kind: Kind }>);
            };
            child.on('message', take);
        });
    }

    const { authority } = await waitFor('ready');
    return {
        authority,
        async defend(rules: DefenceRules): Promise<string[]> {
            const exits = waitFor('exits');
            child.send(rules);
            return (await exits).urls;
        },
        async report() {
            const report = waitFor('report');
            child.send('report');
            return report;
        },
        close: () => void (child.connected && child.disconnect()),
    };
}
