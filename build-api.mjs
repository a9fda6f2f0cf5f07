// Builds the API server and the accounts command line into dist-api/, with their packages left in node_modules.
// A file is written only when it has changed, and then put in place whole: two servers that are started at once, or a
// command while a server runs, never see half a file.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { buildGazetteer } from './build-gazetteer.mjs';

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
// The table of places lies beside the code that reads it.
const table = { path: 'dist-api/gazetteer.tsv', contents: readFileSync(await buildGazetteer()) };
for (const { path, contents } of [...outputFiles, table]) {
    if (readOrNull(path)?.equals(contents)) continue;
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
