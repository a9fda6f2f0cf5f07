import { request as sendRequest, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import * as z from 'zod';
import type { Clock } from '../../enrichment/clock.ts';

/** How long Apify's proxy may take to say whether it can be used, in milliseconds, and how often it is asked. */
const patienceMs = 4_000;
const attempts = 2;

/** What Apify's proxy says of the user name and password it was asked with. */
const statusSchema = z.object({ connected: z.boolean(), connectionError: z.string().nullish() });

/**
 * Why Apify's proxy cannot be used with what a proxy URL asks for; null when it can, or does not say. The SDK asks the
 * same, but through got-scraping, which costs a start 100 ms of CPU.
 */
export async function findProxyRefusal(proxyUrl: string, statusUrl: string, clock: Clock): Promise<string | null> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
        try {
            const { connected, connectionError } = await askStatus(new URL(proxyUrl), statusUrl, clock);
            return connected ? null : (connectionError ?? 'not connected');
        } catch {
            // Whether it works for pages will show.
        }
    }
    return null;
}

async function askStatus(proxy: URL, statusUrl: string, clock: Clock): Promise<z.infer<typeof statusSchema>> {
    const done = new AbortController();
    const credentials = `${decode(proxy.username)}:${decode(proxy.password)}`;
    const asking = sendRequest({
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
        () => asking.destroy(new Error('no response in time')),
        () => {},
    );
    try {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
            asking.once('response', resolve).once('error', reject).end();
        });
        const body = await readText(response);
        if (response.statusCode === 407) return { connected: false, connectionError: 'status 407' };
        return statusSchema.parse(JSON.parse(body));
    } finally {
        done.abort();
    }
}

/** A lone `%` in a password is one. */
function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
