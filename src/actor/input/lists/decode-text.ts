import { isUtf8 } from 'node:buffer';

/** Bytes examined to detect UTF-16 without a byte order mark. */
const sampleSize = 4096;

/** Server defaults for unknown text: weaker evidence than valid UTF-8. */
const defaultCharsets = new Set(['utf-8', 'windows-1252']);

/**
 * Decodes a list file, without trailing NUL and Ctrl-Z characters. The charset is that of the byte order mark, else of
 * `contentType`, else UTF-16 or UTF-8 by the bytes; Windows-1252 is a guess. Null for binary files such as workbooks
 * and images.
 */
export function decodeText(bytes: Uint8Array, contentType = '') {
    const charset = findCharset(bytes, contentType);
    const text = dropEnd(new TextDecoder(charset ?? 'windows-1252').decode(bytes));
    if (/[\0-\x08\x0E-\x1A\x1C-\x1F]/.test(text)) return null;
    return { text, guessedCharset: charset === null ? 'Windows-1252' : null };
}

/** Removes padding, one character at a time: a regular expression would take quadratic time. */
function dropEnd(text: string): string {
    const trimmed = text.trimEnd();
    let end = trimmed.length;
    while (end > 0 && /[\0\x1A]/.test(trimmed[end - 1] ?? '')) end -= 1;
    return end === trimmed.length ? text : trimmed.slice(0, end);
}

/** Null when mark, server and bytes do not tell. */
function findCharset(bytes: Uint8Array, contentType: string): string | null {
    const marked = findMark(bytes);
    if (marked !== null) return marked;
    const declared = readDeclaredCharset(bytes, contentType);
    if (declared !== null && !defaultCharsets.has(declared)) {
        return declared.startsWith('utf-16') ? (findUtf16(bytes) ?? declared) : declared;
    }
    return findUtf16(bytes) ?? (isUtf8(bytes) ? 'utf-8' : declared === 'windows-1252' ? declared : null);
}

function findMark([first, second, third]: Uint8Array): string | null {
    if (first === 0xff && second === 0xfe) return 'utf-16le';
    if (first === 0xfe && second === 0xff) return 'utf-16be';
    return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : null;
}

/** The charset of a `Content-Type` by its TextDecoder name; null when missing, unknown or evidently wrong. */
function readDeclaredCharset(bytes: Uint8Array, contentType: string): string | null {
    const [, label] = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType) ?? [];
    if (label === undefined) return null;
    try {
        const decoder = new TextDecoder(label, { fatal: true });
        if (!defaultCharsets.has(decoder.encoding)) decoder.decode(bytes);
        return decoder.encoding;
    } catch {
        return null;
    }
}

/** Detects UTF-16 by the NUL bytes of ASCII characters, which are in every address. */
function findUtf16(bytes: Uint8Array): string | null {
    const pairs = Math.floor(Math.min(bytes.length, sampleSize) / 2);
    let little = 0;
    let big = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
        const [first = 0, second = 0] = [bytes[pair * 2], bytes[pair * 2 + 1]];
        if (second === 0 && isPrintable(first)) little += 1;
        if (first === 0 && isPrintable(second)) big += 1;
    }
    if (little > pairs / 4 && big < little / 8) return 'utf-16le';
    return big > pairs / 4 && little < big / 8 ? 'utf-16be' : null;
}

function isPrintable(byte: number): boolean {
    return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
