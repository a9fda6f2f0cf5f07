import { readPage, type PageReading } from '../../../src/sources/public-page/page.ts';

/** Reads a page requested as `ada-example`. */
export function readExamplePage(page: string | Buffer): Promise<PageReading> {
    return readPage(Buffer.from(page as string), 'ada-example');
}
