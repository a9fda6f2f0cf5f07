import type { Source, SourceOutcome, SourceRequest } from '../../enrichment/source.ts';
import { readPage } from '../public-page/page.ts';
import { generatePerson } from './generate-person.ts';
import { renderPage } from './render-page.ts';
import { parseSandboxHandle } from './sandbox-handle.ts';

/** When the made-up provider last looked at everybody. */
const dataAsOf = '2026-06-01';

/**
 * The sandbox's upstream provider: it knows in full whom the pages of `example-<n>` and `masked-<n>` show, and nobody
 * else. No request leaves the process. Read from the whole page, its people are the same to the last letter.
 */
export function createSandboxProvider(): Source {
    async function fetchProfile({ handle, signal, onSent }: SourceRequest): Promise<SourceOutcome> {
        signal.throwIfAborted();
        onSent?.();
        const { kind, number = 0 } = parseSandboxHandle(handle) ?? {};
        if (kind !== 'example' && kind !== 'masked') return { kind: 'not_found' };
        const page = renderPage(generatePerson(handle, { kind: 'example', number }));
        const reading = await readPage(Buffer.from(page), handle);
        if (reading.kind !== 'profile') throw new Error(`the sandbox's own page of ${handle} cannot be read`);
        const { profile, unreadSections } = reading;
        return { kind: 'found', profile, handle, unreadSections, dataAsOf };
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
