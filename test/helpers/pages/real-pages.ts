import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Saved profile pages from the folder `REAL_PAGES_DIR`, as `.html` or `.html.gz`; the repository has none. Null without
 * the variable.
 */
export function readRealPages(): Array<{ name: string; page: string }> | null {
    const folder = process.env['REAL_PAGES_DIR'];
    if (!folder) return null;
    return readdirSync(folder)
        .filter((name) => /\.html(?:\.gz)?$/.test(name))
        .toSorted((one, other) => one.localeCompare(other))
        .map((name) => {
            const bytes = readFileSync(join(folder, name));
            return { name, page: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') };
        })
        .filter(({ page }) => page.includes('content="public_profile_v'));
}
