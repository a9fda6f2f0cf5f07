// Bundles the script of the API's reference with its component: src/api/openapi/reference-page.min.js.
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const scriptFile = join(root, 'src/api/openapi/reference-page.min.js');

/** Writes the script. Returns its path and the bundled files. */
export async function buildReference() {
    const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        entryPoints: ['src/api/openapi/reference-page.mjs'],
        bundle: true,
        minify: true,
        platform: 'browser',
        format: 'esm',
        target: 'es2022',
        charset: 'utf8',
        // The licences are in THIRD_PARTY_LICENSES, next to the bundle.
        legalComments: 'none',
        // A package bundled by webpack reads the address of its script. A one-file page has none; as in a worker, it gets
        // the page's.
        banner: { js: 'self.importScripts ??= () => {};' },
        logLevel: 'warning',
        metafile: true,
        write: false,
    });
    const waiting = `${scriptFile}.${process.pid}`;
    writeFileSync(waiting, outputFiles[0].contents);
    renameSync(waiting, scriptFile);
    return { path: scriptFile, inputs: Object.keys(metafile.inputs) };
}
