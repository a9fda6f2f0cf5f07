import { load } from 'cheerio';
import { readPage } from '../../src/sources/public-page/page.ts';
import { buildPage } from './page.ts';
import { readWithCheerio } from './peers/read-with-cheerio.mjs';
import type { BenchLine, BenchOptions } from './report.ts';
import type { PageServer } from './start-page-server.ts';
import { describeSpread, measureInTurn } from './statistics.ts';

/** From the text of a page to the profile: our reader against Cheerio loading and querying the same pages. */
export async function benchParsing(_server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const rounds = isQuick ? 2 : 5;
    const lines: BenchLine[] = [];
    for (const kilobytes of [300, 500, 700]) {
        const pages = Array.from({ length: 10 }, (_, place) => Buffer.from(buildPage(place, kilobytes * 1024)));
        const { ours, cheerio } = await measureInTurn(
            {
                ours: () => cpuPerPage(pages, rounds, readOurs),
                cheerio: () => cpuPerPage(pages, rounds, (page) => readWithCheerio(load(page.toString('utf8')))),
            },
            runs,
        );
        const ratio = ours.median / cheerio.median;
        lines.push({
            what: `page → profile, ${kilobytes} KB, ms CPU`,
            ours: describeSpread(ours, 2),
            peer: `Cheerio ${describeSpread(cheerio, 2)}`,
            ratio,
            budget: '≤ 0.1',
            isWithin: ratio <= 0.1,
        });
    }
    return lines;
}

async function readOurs(page: Buffer): Promise<void> {
    const reading = await readPage(page, 'example-1');
    if (reading.kind !== 'profile') throw new Error(`the page was read as ${reading.kind}`);
}

async function cpuPerPage(pages: Buffer[], rounds: number, read: (page: Buffer) => unknown): Promise<number> {
    // What one leaves behind is not for the other to clear away.
    globalThis.gc?.();
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
        for (const page of pages) await read(page);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / rounds / pages.length;
}
