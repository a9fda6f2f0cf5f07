import type { CheerioAPI } from 'cheerio';

export declare function readWithCheerio($: CheerioAPI): Record<string, unknown>;
