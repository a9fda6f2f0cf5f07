import { readImageCommand } from './image-command.ts';
import type { Program } from './measured-run.ts';

const image = readImageCommand();

/** What the image starts, with the image's environment. */
export const ours: Program = { name: 'ours', ...image };

const peer = (name: string, file: string): Program => ({ name, command: `exec node test/bench/peers/${file}` });

export const template = peer('the starter template', 'template.mjs');
export const cheerioCrawler = peer('CheerioCrawler', 'cheerio-crawler.mjs');
export const gotScraping = peer('got-scraping', 'got-scraping.mjs');
export const basicCrawler = peer('BasicCrawler', 'basic-crawler.mjs');

/** The first `count` people of the page server. */
export const profileUrls = (count: number) =>
    Array.from({ length: count }, (_, place) => `https://www.linkedin.com/in/example-${place}`);
