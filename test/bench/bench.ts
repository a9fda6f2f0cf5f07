// `npm run bench`: what the Actor costs, side by side with the usual ways to do the same. See docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchApi } from './measures/api.ts';
import { benchCompanies } from './measures/companies.ts';
import { benchCost } from './measures/cost.ts';
import { benchGazetteer } from './measures/gazetteer.ts';
import { benchGettingIn } from './measures/getting-in.ts';
import { benchGrowth } from './measures/growth.ts';
import { benchParsing } from './measures/parsing.ts';
import { benchRate } from './measures/rate.ts';
import type { BenchLine } from './report.ts';
import { printTable } from './report.ts';
import { benchStart } from './measures/start.ts';
import { startPageServer } from './programs/start-page-server.ts';

const isQuick = process.argv.includes('quick');
const names = process.argv.slice(2).filter((argument) => argument !== 'quick');
const benches = {
    // First of all: its cost is that of the first use in a process.
    gazetteer: benchGazetteer,
    parsing: benchParsing,
    start: benchStart,
    cost: benchCost,
    rate: benchRate,
    growth: benchGrowth,
    companies: benchCompanies,
    api: benchApi,
    'getting-in': benchGettingIn,
};

const server = await startPageServer();
const lines: BenchLine[] = [];
const startedAt = Date.now();
for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`${name} …`);
    lines.push(...(await bench(server, { isQuick, runs: isQuick ? 3 : 5 })));
}
server.close();

const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const installed = ['apify', 'crawlee', 'cheerio', 'got-scraping', 'impit'];
const versions = Object.fromEntries(installed.map((name) => [name, readVersion(name)]));
printTable(lines);
console.log(
    `\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}; ${installed.map((name) => `${name} ${versions[name]}`).join(', ')}; ` +
        `${Math.round((Date.now() - startedAt) / 1000)} s`,
);
writeFileSync(
    'bench-results.json',
    JSON.stringify({ at: new Date().toISOString(), isQuick, machine, versions, lines }, null, 2),
);

function readVersion(name: string): string {
    const manifest = readFileSync(`node_modules/${name}/package.json`, 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
}
