// Builds a program and runs it in this process.
//   node start.mjs main | api-main | accounts-main [words]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [program = 'main', ...words] = process.argv.slice(2);
const isActor = program === 'main';
await import(isActor ? './build.mjs' : './build-api.mjs');

// The Actor reads its source maps only for stack traces; see src/runtime/errors.ts.
if (!isActor) process.setSourceMapsEnabled(true);
const path = resolve(isActor ? 'dist' : 'dist-api', `${program}.js`);
forwardShellSignal();
process.argv.splice(1, process.argv.length, path, ...words);
await import(pathToFileURL(path).href);

/**
 * npm starts scripts through a shell, and Debian's exits on a signal without forwarding it. So the loss of the parent
 * counts as SIGTERM. `exec` in the script would do the same, but not on Windows.
 */
function forwardShellSignal() {
    if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
    const parent = process.ppid;
    const watch = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        process.kill(process.pid, 'SIGTERM');
    }, 200);
    watch.unref();
}
