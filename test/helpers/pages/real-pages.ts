import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Saved profile pages in the folder that `REAL_PAGES_DIR` names, as `.html` or `.html.gz`; none of them are part of the
 * project. Null without the variable.
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
