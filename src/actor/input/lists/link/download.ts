import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { Clock } from '../../../../enrichment/clock.ts';
import { createGuardedLookup, PrivateAddressError } from '../../private-address.ts';
import { toDownloadAddress } from './download-address.ts';

/** The largest file with a list, in bytes. */
export const maxListBytes = 10 * 1024 * 1024;
const listTimeoutMs = 30_000;
const maxRedirects = 5;

/** A downloaded file, or the problem: a text that continues the list's title. */
export type Download = { ok: true; bytes: Uint8Array; contentType: string } | { ok: false; problem: string };

export type DownloadOptions = {
    /** Forbidden IP addresses: private networks on the platform, none locally. */
    isForbidden: (address: string) => boolean;
    /** Aborts the download; `downloadList` then rejects with the signal's reason. */
    signal: AbortSignal;
    clock: Clock;
};

/** A problem that the user can solve; the message continues "The linked list … ". */
class ListProblem extends Error {}

/**
 * Downloads a linked file, at most 10 MB and 30 s; links to pages of Google Drive, Dropbox and others are converted to
 * their files. The address of every connection is checked, redirects included, because a name may resolve differently
 * each time.
 */
export async function downloadList(address: string, options: DownloadOptions): Promise<Download> {
    const { signal, clock } = options;
    if (!URL.canParse(address)) return { ok: false, problem: 'has no valid address' };
    const target = toDownloadAddress(new URL(address));
    if (!target.ok) return target;
    const timeout = new AbortController();
    const done = new AbortController();
    void clock.sleep(listTimeoutMs, done.signal).then(
        () => timeout.abort(),
        () => {},
    );
    try {
        const limits = { ...options, signal: AbortSignal.any([signal, timeout.signal]) };
        const response = await followRedirects(target.url, limits);
        return { ok: true, bytes: await readBody(response), contentType: response.headers['content-type'] ?? '' };
    } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (timeout.signal.aborted)
            return { ok: false, problem: `did not arrive within ${listTimeoutMs / 1000} seconds` };
        if (error instanceof PrivateAddressError) return { ok: false, problem: privateProblem };
        return { ok: false, problem: error instanceof ListProblem ? error.message : 'could not be downloaded' };
    } finally {
        done.abort();
    }
}

const privateProblem = 'is on a private address';

async function followRedirects(first: URL, options: DownloadOptions): Promise<IncomingMessage> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const response = await request(url, options);
        const { statusCode = 0, headers } = response;
        const isRedirect = statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
        if (statusCode >= 200 && statusCode < 300) return response;
        response.destroy();
        if (!isRedirect) throw new ListProblem(describeStatus(statusCode));
        url = new URL(headers.location ?? '', url);
    }
    throw new ListProblem('has too many redirects');
}

function describeStatus(status: number): string {
    const isHidden = status === 401 || status === 403 || status === 404;
    return `failed with status ${status}${isHidden ? '; share it so that anyone with the link can read it' : ''}`;
}

function request(url: URL, { isForbidden, signal }: DownloadOptions): Promise<IncomingMessage> {
    if (!/^https?:$/.test(url.protocol)) throw new ListProblem('must be a web address (https)');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // IP addresses need no lookup, so `createGuardedLookup` would not check them.
    if (isIP(host) > 0 && isForbidden(host)) throw new ListProblem(privateProblem);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { 'user-agent': 'linkedin-profile-details', 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
        send(url, { signal, lookup: createGuardedLookup(isForbidden), headers })
            .on('response', resolve)
            .on('error', reject)
            .end();
    });
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of decompress(response)) {
        bytes += (chunk as Buffer).length;
        if (bytes > maxListBytes) throw new ListProblem('is larger than 10 MB');
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
}

/** Some servers compress whatever the request says. */
function decompress(response: IncomingMessage): Readable {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return response;
    const stream = encoding === 'br' ? createBrotliDecompress() : createUnzip();
    response.on('error', (error) => stream.destroy(error));
    return response.pipe(stream);
}
