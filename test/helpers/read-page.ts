import { createPageReader, type PageReading } from '../../src/sources/public-page/page-reader.ts';

/** Reads a page the way it comes in: bytes, in chunks of the sizes given (repeated), until the reader has enough. */
export async function readPage(page: string | Buffer, sizes: number[] = [16_384]): Promise<PageReading> {
    const bytes = Buffer.from(page as string);
    const reader = createPageReader('ada-example');
    let isEnough = false;
    for (let start = 0, turn = 0; start < bytes.length && !isEnough; turn += 1) {
        const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
        isEnough = reader.write(bytes.subarray(start, start + size)) === 'enough';
        start += size;
    }
    return reader.end(true);
}
