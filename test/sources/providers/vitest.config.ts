import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:providers`: the real services, with keys from the environment. Not part of `npm test`. */
export default defineConfig({
    test: {
        root: fileURLToPath(new URL('../../..', import.meta.url)),
        include: ['test/sources/providers/real-services.ts'],
        testTimeout: 60_000,
        reporters: ['verbose'],
    },
});
