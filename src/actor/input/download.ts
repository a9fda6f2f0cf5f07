import { lookup } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { toCsvExport } from './download-address.ts';
import { decodeList } from './decode-text.ts';

const maxListBytes = 10 * 1024 * 1024;
const listTimeoutMs = 30_000;
const maxRedirects = 5;

/** A list behind a link, or why it cannot be read, in words that go on after "The linked list … ". */
export type ListFetch = { ok: true; text: string } | { ok: false; problem: string };

export type FetchListOptions = {
    /** IP addresses that may not be asked: on the platform those of its own network, locally none. */
    isForbidden: (address: string) => boolean;
    /** Gives the download up; `fetchList` then rejects with the signal's reason. */
    signal: AbortSignal;
    timeoutMs?: number;
};

/** Thrown for what a user can do something about; its message goes on after "The linked list … ". */
class ListProblem extends Error {}

/**
 * Reads a linked text or CSV file, 10 MB and 30 s at most; a Google Sheet's address is turned into its CSV export. Every
 * address on the way is checked, redirects included, as the one that the connection is really made to: a name may
 * resolve to something else each time it is looked up.
 */
export async function fetchList(address: string, options: FetchListOptions): Promise<ListFetch> {
    const { signal, timeoutMs = listTimeoutMs } = options;
    if (!URL.canParse(address)) return { ok: false, problem: 'has no valid address' };
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
        const url = toCsvExport(new URL(address));
        const answer = await followRedirects(url, { ...options, signal: AbortSignal.any([signal, timeout]) });
        return { ok: true, text: await readText(answer) };
    } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (timeout.aborted) return { ok: false, problem: `was not there after ${timeoutMs / 1000} seconds` };
        return { ok: false, problem: error instanceof ListProblem ? error.message : 'could not be downloaded' };
    }
}

async function followRedirects(first: URL, options: FetchListOptions): Promise<IncomingMessage> {
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

function ask(url: URL, { isForbidden, signal }: FetchListOptions): Promise<IncomingMessage> {
    if (!/^https?:$/.test(url.protocol)) throw new ListProblem('must be a web address (https)');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // An address needs no lookup, so the check below would not see it.
    if (isIP(host) > 0 && isForbidden(host)) throw new ListProblem('is on a private address');
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { 'user-agent': 'linkedin-profile-details', 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
        request(url, { signal, lookup: createGuardedLookup(isForbidden), headers })
            .on('response', resolve)
            .on('error', reject)
            .end();
    });
}

/** Looks a name up as Node does, and fails when one of its addresses is forbidden. */
function createGuardedLookup(isForbidden: (address: string) => boolean): LookupFunction {
    return (hostname, options, callback) => {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
            const [first] = addresses ?? [];
            if (error) callback(error, []);
            else if (!first || addresses.some(({ address }) => isForbidden(address)))
                callback(new ListProblem('is on a private address'), []);
            else if (options.all) callback(null, addresses);
            else callback(null, first.address, first.family);
        });
    };
}

async function readText(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of decompress(answer)) {
        bytes += (chunk as Buffer).length;
        if (bytes > maxListBytes) throw new ListProblem('is larger than 10 MB');
        chunks.push(chunk as Buffer);
    }
    const text = decodeList(Buffer.concat(chunks));
    if (text === null) throw new ListProblem('is not a text or CSV file; save it as CSV and link that');
    if (/^\s*<(?:!doctype|html)/i.test(text)) {
        throw new ListProblem(
            'is a web page, not a text or CSV file; share it so that anyone with the link can read it',
        );
    }
    return text;
}

/** Some servers hold their files compressed, whatever they are asked for. */
function decompress(answer: IncomingMessage): Readable {
    const encoding = answer.headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return answer;
    const stream = encoding === 'br' ? createBrotliDecompress() : createUnzip();
    answer.on('error', (error) => stream.destroy(error));
    return answer.pipe(stream);
}
