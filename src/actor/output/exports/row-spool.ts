import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A buffer of texts on disk. */
export type RowSpool = {
    /** Stores a text under a number, replacing an earlier one. */
    add(number: number, text: string): void;
    /** Null without a text. */
    read(number: number): string | null;
    /** Removes the temporary files. */
    close(): void;
};

/**
 * Opens a spool in a temporary file. Rows come in completion order and are written in list order, and 5,000 of them
 * exceed the memory of a small run. Synchronous: at the end of a run nothing else runs, and a call takes microseconds.
 * Throws when nothing can be written.
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
