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

/** A file with a list, or why it cannot be read: a text that goes on after its name. */
export type Download = { ok: true; bytes: Uint8Array; contentType: string } | { ok: false; problem: string };

export type DownloadOptions = {
    /** IP addresses that may not be asked: on the platform those of its own network, locally none. */
    isForbidden: (address: string) => boolean;
    /** Gives the download up; `downloadList` then rejects with the signal's reason. */
    signal: AbortSignal;
    clock: Clock;
};

/** Thrown for what a user can do something about; its message goes on after "The linked list … ". */
class ListProblem extends Error {}

/**
 * Downloads a linked file, 10 MB and 30 s at most; the page of a file on Google Drive, Dropbox and the like is turned
 * into the address of the file. Every address on the way is checked, redirects included, as the one that the connection
 * is really made to: a name may resolve to something else each time it is looked up.
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
            return { ok: false, problem: `was not there after ${listTimeoutMs / 1000} seconds` };
        if (error instanceof PrivateAddressError) return { ok: false, problem: isPrivate };
        return { ok: false, problem: error instanceof ListProblem ? error.message : 'could not be downloaded' };
    } finally {
        done.abort();
    }
}

const isPrivate = 'is on a private address';

async function followRedirects(first: URL, options: DownloadOptions): Promise<IncomingMessage> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const answer = await ask(url, options);
        const { statusCode = 0, headers } = answer;
        const isRedirect = statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
        if (statusCode >= 200 && statusCode < 300) return answer;
        answer.destroy();
        if (!isRedirect) throw new ListProblem(describeStatus(statusCode));
        url = new URL(headers.location ?? '', url);
    }
    throw new ListProblem('is redirected too often');
}

function describeStatus(status: number): string {
    const isHidden = status === 401 || status === 403 || status === 404;
    return `answered with status ${status}${isHidden ? '; share it so that anyone with the link can read it' : ''}`;
}

function ask(url: URL, { isForbidden, signal }: DownloadOptions): Promise<IncomingMessage> {
    if (!/^https?:$/.test(url.protocol)) throw new ListProblem('must be a web address (https)');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // An address needs no lookup, so the check below would not see it.
    if (isIP(host) > 0 && isForbidden(host)) throw new ListProblem(isPrivate);
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { 'user-agent': 'linkedin-profile-details', 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
        request(url, { signal, lookup: createGuardedLookup(isForbidden), headers })
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

/** Some servers hold their files compressed, whatever they are asked for. */
function decompress(answer: IncomingMessage): Readable {
    const encoding = answer.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return answer;
    const stream = encoding === 'br' ? createBrotliDecompress() : createUnzip();
    answer.on('error', (error) => stream.destroy(error));
    return answer.pipe(stream);
}
