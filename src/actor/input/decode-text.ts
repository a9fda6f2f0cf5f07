/**
 * The text of a list's bytes: UTF-8, UTF-16 as Excel's "Unicode text" has it, or else Windows-1252. Null when the bytes
 * are no text at all, such as a workbook or a picture.
 */
export function decodeList(bytes: Uint8Array): string | null {
    const text = new TextDecoder(findEncoding(bytes)).decode(bytes);
    return /[\0-\x08\x0E-\x1A\x1C-\x1F]/.test(text) ? null : text;
}

function findEncoding(bytes: Uint8Array): string {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
    try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        return 'utf-8';
    } catch {
        return 'windows-1252';
    }
}
