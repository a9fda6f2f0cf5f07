import { defineConfig } from 'vitest/config';
import { buildGazetteer } from './build-gazetteer.mjs';
import { buildReference } from './build-reference.mjs';

/** Where CI wants the figures of the tests; unset, nothing is written. */
const reportFile = process.env['TEST_REPORT'];

/** Tests that start what is built as processes, many times over: minutes, where all others take seconds. */
const wholeProcesses = ['test/{e2e,platform,chaos,integrations}/**/*.test.ts'];

// No code is built for a test of a module, and what lies beside a module is.
await buildGazetteer();
await buildReference();

export default defineConfig({
    test: {
        projects: [
            { extends: true, test: { name: 'modules', include: ['test/**/*.test.ts'], exclude: wholeProcesses } },
            { extends: true, test: { name: 'e2e', include: wholeProcesses } },
        ],
        // Most of the time is waiting for processes that tests start: a worker a core, and not one less, is a third faster.
        maxWorkers: '100%',
        testTimeout: 30_000,
        hookTimeout: 30_000,
        expect: { poll: { timeout: 10_000 } },
        ...(reportFile ? { reporters: ['default', 'json'], outputFile: { json: reportFile } } : {}),
    },
});
