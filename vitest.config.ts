import { defineConfig } from 'vitest/config';

/** Where CI wants the figures of the tests; unset, nothing is written. */
const reportFile = process.env['TEST_REPORT'];

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        testTimeout: 30_000,
        hookTimeout: 30_000,
        expect: { poll: { timeout: 10_000 } },
        ...(reportFile ? { reporters: ['default', 'json'], outputFile: { json: reportFile } } : {}),
    },
});
