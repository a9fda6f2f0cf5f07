// Builds a program and runs it in this very process, so that there is one process and signals reach it. The scripts of
// package.json begin with `exec` for the same reason: Debian’s shell would stay in between and keep the signal.
//   node start.mjs main | api-main | accounts-main [words]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [program = 'main', ...words] = process.argv.slice(2);
const isActor = program === 'main';
await import(isActor ? './build.mjs' : './build-api.mjs');

// The Actor reads its own source maps when there is something to show; see src/runtime/stack.ts.
if (!isActor) process.setSourceMapsEnabled(true);
const path = resolve(isActor ? 'dist' : 'dist-api', `${program}.js`);
process.argv.splice(1, process.argv.length, path, ...words);
await import(pathToFileURL(path).href);
