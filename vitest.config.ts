import { defineConfig } from 'vitest/config';
import { buildGazetteer } from './build-gazetteer.mjs';

/** Where CI wants the figures of the tests; unset, nothing is written. */
const reportFile = process.env['TEST_REPORT'];

// No code is built for a test of a module, and places are read with a table that is.
await buildGazetteer();

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        // Most of the time is waiting for processes that tests start: a worker a core, and not one less, is a third faster.
        maxWorkers: '100%',
        testTimeout: 30_000,
        hookTimeout: 30_000,
        expect: { poll: { timeout: 10_000 } },
        ...(reportFile ? { reporters: ['default', 'json'], outputFile: { json: reportFile } } : {}),
    },
});
