import * as zlib from 'node:zlib';

type Decoder = (body: Buffer, options: zlib.ZlibOptions) => Buffer;

/** From Node 22.15 on. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decoder };

/** A gzip or deflate body without the end that its format asks for is read as far as it goes, as browsers do. */
const leniently =
    (decoder: Decoder): Decoder =>
    (body, options) =>
        decoder(body, { ...options, finishFlush: zlib.constants.Z_SYNC_FLUSH });

/** What browsers accept, in the order in which they name it. */
const decoders = new Map<string, Decoder>([
    ['gzip', leniently(zlib.gunzipSync)],
    [
        'deflate',
        leniently((body, options) => (hasZlibHeader(body) ? zlib.inflateSync : zlib.inflateRawSync)(body, options)),
    ],
    ['br', zlib.brotliDecompressSync],
]);
if (zstdDecompressSync) decoders.set('zstd', zstdDecompressSync);

/** The `accept-encoding` that goes with `decompressBody`. */
export const acceptedEncodings = [...decoders.keys()].join(', ');

/** Room for a usual page, so that it comes in one piece. */
const pieceBytes = 512 * 1024;

/**
 * The body of an answer without its `content-encoding`; as it is when that is missing or unknown. It is done at once,
 * on this thread: a page takes less than half a millisecond.
 *
 * Throws a `RangeError` with the code `ERR_BUFFER_TOO_LARGE` for more than `maxBytes`, and zlib's errors for a broken
 * body.
 */
export function decompressBody(body: Buffer, encoding: string | undefined, maxBytes: number): Buffer {
    const decoder = decoders.get((encoding ?? '').trim().toLowerCase().replace(/^x-/, ''));
    if (!decoder || body.length === 0) return body;
    return decoder(body, { chunkSize: pieceBytes, maxOutputLength: maxBytes });
}

/** Some servers say "deflate" and leave out the header of the format. */
const hasZlibHeader = (body: Buffer): boolean => ((body[0] ?? 0) & 0x0f) === 8;
