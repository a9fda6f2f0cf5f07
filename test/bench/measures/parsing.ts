import { load } from 'cheerio';
import { readPage } from '../../../src/sources/public-page/page.ts';
import { readRealPages } from '../../helpers/pages/real-pages.ts';
import { buildPage } from '../page.ts';
import { readWithCheerio } from '../peers/read-with-cheerio.mjs';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, measureInTurn } from '../statistics.ts';

/**
 * From the text of a page to the profile: our reader against Cheerio loading and querying the same pages. With
 * `REAL_PAGES_DIR`, on the saved pages there as well.
 */
export async function benchParsing(_server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const rounds = isQuick ? 2 : 5;
    const lines: BenchLine[] = [];
    const made = [300, 500, 700].map((kilobytes) => ({
        what: `${kilobytes} KB`,
        pages: Array.from({ length: 10 }, (_, place) => Buffer.from(buildPage(place, kilobytes * 1024))),
    }));
    const real = (readRealPages() ?? []).map(({ page }) => {
        const bytes = Buffer.from(page);
        return {
            what: `a real one of ${Math.round(bytes.length / 1024)} KB`,
            pages: Array.from({ length: 10 }, () => bytes),
        };
    });
    for (const { what, pages } of [...made, ...real]) {
        const { ours, cheerio } = await measureInTurn(
            {
                ours: () => cpuPerPage(pages, rounds, readOurs),
                cheerio: () => cpuPerPage(pages, rounds, (page) => readWithCheerio(load(page.toString('utf8')))),
            },
            runs,
        );
        const ratio = ours.median / cheerio.median;
        lines.push({
            what: `page → profile, ${what}, ms CPU`,
            ours: describeSpread(ours, 2),
            peer: `Cheerio ${describeSpread(cheerio, 2)}`,
            ratio,
            budget: '≤ 0.15',
            isWithin: ratio <= 0.15,
        });
    }
    return lines;
}

async function readOurs(page: Buffer): Promise<void> {
    const reading = await readPage(page, 'example-1');
    if (reading.kind !== 'found') throw new Error(`the page was read as ${reading.kind}`);
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
