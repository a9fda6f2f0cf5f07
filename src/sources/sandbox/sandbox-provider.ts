import type { Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { readPage } from '../public-page/page.ts';
import { generatePerson } from './generate-person.ts';
import { renderPage } from './render-page.ts';
import { parseSandboxHandle } from './sandbox-handle.ts';

const dataAsOf = '2026-06-01';

/**
 * The sandbox's upstream provider: returns complete profiles for `example-<n>` and `masked-<n>`, and not found for all
 * others. Makes no request. Its profiles are read from the unmasked page, so that they match the page exactly.
 */
export function createSandboxProvider(): Source {
    async function fetchProfile({ handle, signal, onSent }: SourceRequest): Promise<SourceOutcome> {
        signal.throwIfAborted();
        onSent?.();
        const { kind, number = 0 } = parseSandboxHandle(handle) ?? {};
        if (kind !== 'example' && kind !== 'masked') return { kind: 'not_found' };
        const page = renderPage(generatePerson(handle, { kind: 'example', number }));
        const outcome = await readPage(Buffer.from(page), handle);
        if (outcome.kind !== 'found') throw new Error(`the sandbox's own page of ${handle} cannot be read`);
        return { ...outcome, handle, dataAsOf };
    }

    return {
        name: 'sandbox-provider',
        provider: {
            maxRequestsPerSecond: 5,
            maxInFlight: 10,
            limits: { maxAttempts: 3, timeoutMs: 10_000, isTimeWhole: true },
        },
        fetchProfile,
        close: async () => {},
    };
}
