// Bundles the script of the API's reference, with the component that shows it: src/api/reference-page.min.js.
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const scriptFile = join(root, 'src/api/reference-page.min.js');

/** Writes the script. Returns its path and the files that it is made of. */
export async function buildReference() {
    const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        entryPoints: ['src/api/reference-page.mjs'],
        bundle: true,
        minify: true,
        platform: 'browser',
        format: 'esm',
        target: 'es2022',
        charset: 'utf8',
        // The licences stand in THIRD_PARTY_LICENSES, beside the bundle.
        legalComments: 'none',
        // A package that was bundled by webpack wants to know the address of its script. In a page that is one file there
        // is none; in a worker it takes the page's.
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
