import { request as sendRequest, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import * as z from 'zod';
import type { Clock } from '../../enrichment/clock.ts';

/** Time limit of one status request in milliseconds, and the number of attempts. */
const patienceMs = 4_000;
const maxAttempts = 2;

/** The proxy's status for a user name and password. */
const statusSchema = z.object({ connected: z.boolean(), connectionError: z.string().nullish() });

/**
 * Why Apify Proxy cannot be used with a proxy URL; null when it can, or does not respond. The SDK's own check uses
 * got-scraping, which costs a start 100 ms of CPU.
 */
export async function findProxyRefusal(proxyUrl: string, statusUrl: string, clock: Clock): Promise<string | null> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        try {
            const { connected, connectionError } = await fetchStatus(new URL(proxyUrl), statusUrl, clock);
            return connected ? null : (connectionError ?? 'not connected');
        } catch {
            // The first pages will show whether it works.
        }
    }
    return null;
}

async function fetchStatus(proxy: URL, statusUrl: string, clock: Clock): Promise<z.infer<typeof statusSchema>> {
    const done = new AbortController();
    const credentials = `${decode(proxy.username)}:${decode(proxy.password)}`;
    const request = sendRequest({
        host: proxy.hostname,
        port: proxy.port || 80,
        path: `${statusUrl}/?format=json`,
        headers: {
            Host: new URL(statusUrl).host,
            'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
        },
        signal: done.signal,
    });
    clock.sleep(patienceMs, done.signal).then(
        () => request.destroy(new Error('no response in time')),
        () => {},
    );
    try {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
            request.once('response', resolve).once('error', reject).end();
        });
        const body = await readText(response);
        if (response.statusCode === 407) return { connected: false, connectionError: 'status 407' };
        return statusSchema.parse(JSON.parse(body));
    } finally {
        done.abort();
    }
}

/** A password may contain a literal `%`. */
function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
