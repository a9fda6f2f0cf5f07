import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from '../../../src/accounts/database.ts';
import { openPGlite } from '../../../src/accounts/database/pglite.ts';

/** `npm ci` empties this folder, so a new version never uses an old copy. */
const templatePath = 'node_modules/.cache/accounts/pglite.tar';

/** An empty embedded database in memory, copied from a cached template: creating one takes seconds of CPU. */
export async function openMemoryDatabase(): Promise<Database> {
    return openPGlite({ template: new Blob([await readTemplate()]) });
}

async function readTemplate(): Promise<Buffer<ArrayBuffer>> {
    const kept = await readFile(templatePath).catch(() => null);
    if (kept) return kept;
    const db = await PGlite.create();
    const template = Buffer.from(await (await db.dumpDataDir('none')).arrayBuffer());
    await db.close();
    // Parallel test files may all create it; each renames a complete one into place.
    const own = `${templatePath}.${randomBytes(6).toString('hex')}`;
    await mkdir(dirname(templatePath), { recursive: true });
    await writeFile(own, template);
    await rename(own, templatePath);
    return template;
}
