import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Texts that wait for their turn outside of memory. */
export type RowSpool = {
    /** Keeps a text under a number; of two under the same number the later one counts. */
    add(number: number, text: string): void;
    /** The text under a number; null when there is none. */
    read(number: number): string | null;
    /** Removes everything. */
    close(): void;
};

/**
 * Opens a spool in a temporary file. Rows come in the order in which they were answered and are wanted in the order of
 * the list, and 5,000 of them are more than the memory of a small run: so they wait in a file. Synchronous, because at
 * the end of a run nothing else is to be done, and a call costs microseconds. Throws where nothing can be written.
 */
export function openRowSpool(parent = tmpdir()): RowSpool {
    const folder = mkdtempSync(join(parent, 'rows-'));
    const file = openSync(join(folder, 'rows'), 'wx+', 0o600);
    const places = new Map<number, { at: number; length: number }>();
    let end = 0;
    return {
        add(number, text) {
            const bytes = Buffer.from(text);
            for (let written = 0; written < bytes.length;)
                written += writeSync(file, bytes, written, bytes.length - written, end + written);
            places.set(number, { at: end, length: bytes.length });
            end += bytes.length;
        },
        read(number) {
            const place = places.get(number);
            if (!place) return null;
            const bytes = Buffer.alloc(place.length);
            for (let read = 0; read < place.length;) {
                const count = readSync(file, bytes, read, place.length - read, place.at + read);
                if (count === 0) throw new Error('the temporary file of the rows was cut short');
                read += count;
            }
            return bytes.toString();
        },
        close() {
            closeSync(file);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
