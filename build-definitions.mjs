// Writes the definition files built from the code's schemas: `npm run definitions`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

// Next to node_modules, where the bundle finds its packages.
const folder = mkdtempSync(resolve('dist-definitions-'));
try {
    const outfile = join(folder, 'definitions.mjs');
    await build({
        entryPoints: ['src/definitions.ts'],
        outfile,
        bundle: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
        logLevel: 'warning',
    });
    await stop();
    const { buildDefinitions } = await import(pathToFileURL(outfile).href);
    for (const [path, contents] of Object.entries(buildDefinitions())) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${JSON.stringify(contents, null, 2)}\n`);
        console.log(path);
    }
} finally {
    rmSync(folder, { recursive: true });
}
