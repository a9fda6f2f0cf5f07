// Builds the API server and the accounts command line into dist-api/; packages stay in node_modules.
// A file is written only if it has changed, and atomically: concurrent starts, or a command while a server runs, never
// see half a file.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { build, stop } from 'esbuild';
import { buildGazetteer } from './build-gazetteer.mjs';
import { buildReference } from './build-reference.mjs';
import { listLicenses } from './list-licenses.mjs';

const { outputFiles } = await build({
    entryPoints: ['src/api-main.ts', 'src/accounts-main.ts'],
    outdir: 'dist-api',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
    write: false,
});
// The table of places and the reference's script are placed next to the code that reads them; the script's packages are
// bundled nowhere else.
const reference = await buildReference();
const beside = [
    { path: 'dist-api/gazetteer.tsv', contents: readFileSync(await buildGazetteer()) },
    { path: `dist-api/${basename(reference.path)}`, contents: readFileSync(reference.path) },
    { path: 'dist-api/THIRD_PARTY_LICENSES', contents: Buffer.from(listLicenses(reference.inputs)) },
];
for (const { path, contents } of [...outputFiles, ...beside]) writeWhole(path, contents);
// Otherwise esbuild's process lives as long as the program started after the build.
await stop();
makeTemplate();

/**
 * The template of a new embedded database: creating one takes seconds and 800 MB. It is created once per version of the
 * package, in a separate process.
 */
function makeTemplate() {
    const { version } = JSON.parse(readFileSync('node_modules/@electric-sql/pglite/package.json', 'utf8'));
    const marker = 'dist-api/accounts-template.version';
    if (readOrNull(marker)?.toString() === version) return;
    const script = `
        import { PGlite } from '@electric-sql/pglite';
        const db = await PGlite.create();
        const dump = await db.dumpDataDir('gzip');
        process.stdout.write(Buffer.from(await dump.arrayBuffer()), () => process.exit());`;
    const options = { maxBuffer: 100_000_000, stdio: ['ignore', 'pipe', 'inherit'] };
    const template = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
    writeWhole('dist-api/accounts-template.tar.gz', template);
    writeWhole(marker, Buffer.from(version));
}

function writeWhole(path, contents) {
    if (readOrNull(path)?.equals(contents)) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
}

function readOrNull(path) {
    try {
        return readFileSync(path);
    } catch {
        return null;
    }
}
