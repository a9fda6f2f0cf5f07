// Builds a program and runs it in this very process.
//   node start.mjs main | api-main | accounts-main [words]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [program = 'main', ...words] = process.argv.slice(2);
const isActor = program === 'main';
await import(isActor ? './build.mjs' : './build-api.mjs');

// The Actor reads its own source maps when there is something to show; see src/runtime/stack.ts.
if (!isActor) process.setSourceMapsEnabled(true);
const path = resolve(isActor ? 'dist' : 'dist-api', `${program}.js`);
passOnTheShellsSignal();
process.argv.splice(1, process.argv.length, path, ...words);
await import(pathToFileURL(path).href);

/**
 * npm starts a script through a shell, and Debian's dies of a signal without passing it on: whose parent is gone was
 * meant. `exec` in the script would do the same, but Windows' shell does not know it.
 */
function passOnTheShellsSignal() {
    if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
    const parent = process.ppid;
    const watch = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        process.kill(process.pid, 'SIGTERM');
    }, 200);
    watch.unref();
}
