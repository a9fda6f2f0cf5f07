import { readFile, stat } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { Clock } from '../../../enrichment/clock.ts';
import { createGuardedLookup, PrivateAddressError } from '../private-address.ts';

/** The largest file with a list, in bytes. */
const maxListBytes = 10 * 1024 * 1024;
const tooLargeProblem = 'is larger than 10 MB';
const listTimeoutMs = 30_000;
const maxRedirects = 5;

/** A file that was read, or the problem: a text that continues the list's title. */
export type Download = { ok: true; bytes: Uint8Array; contentType: string } | { ok: false; problem: string };

type DownloadOptions = {
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
    const timeout = new AbortController();
    const done = new AbortController();
    void clock.sleep(listTimeoutMs, done.signal).then(
        () => timeout.abort(),
        () => {},
    );
    try {
        const limits = { ...options, signal: AbortSignal.any([signal, timeout.signal]) };
        const response = await followRedirects(toDownloadAddress(new URL(address)), limits);
        return { ok: true, bytes: await readBody(response), contentType: response.headers['content-type'] ?? '' };
    } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (timeout.signal.aborted)
            return { ok: false, problem: `did not arrive within ${listTimeoutMs / 1000} seconds` };
        if (error instanceof PrivateAddressError) return { ok: false, problem: 'is on a private address' };
        return { ok: false, problem: error instanceof ListProblem ? error.message : 'could not be downloaded' };
    } finally {
        done.abort();
    }
}

async function followRedirects(first: URL, options: DownloadOptions): Promise<IncomingMessage> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const response = await request(url, options);
        const { statusCode = 0, headers } = response;
        if (statusCode >= 200 && statusCode < 300) return response;
        response.destroy();
        if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
            const isHidden = statusCode === 401 || statusCode === 403 || statusCode === 404;
            const advice = isHidden ? '; share it so that anyone with the link can read it' : '';
            throw new ListProblem(`failed with status ${statusCode}${advice}`);
        }
        url = new URL(headers.location, url);
    }
    throw new ListProblem('has too many redirects');
}

function request(url: URL, { isForbidden, signal }: DownloadOptions): Promise<IncomingMessage> {
    if (!/^https?:$/.test(url.protocol)) throw new ListProblem('must be a web address (https)');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // IP addresses need no lookup, so `createGuardedLookup` would not check them.
    if (isIP(host) > 0 && isForbidden(host)) throw new PrivateAddressError();
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
        if (bytes > maxListBytes) throw new ListProblem(tooLargeProblem);
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

/**
 * Converts the page address of a Google Sheet or of a file on Google Drive, Dropbox, OneDrive or GitHub to its download
 * address. Other addresses are not changed. Throws for a folder.
 */
export function toDownloadAddress(address: URL): URL {
    const { hostname, pathname, searchParams } = address;
    if (hostname === 'docs.google.com') return toGoogleExport(address);
    if (hostname === 'drive.google.com') {
        rejectFolder(/^\/(?:drive\/)?(?:u\/\d+\/)?folders\//);
        const id = /^\/file\/(?:u\/\d+\/)?d\/([\w-]+)/.exec(pathname)?.[1] ?? searchParams.get('id');
        if (id === null) return address;
        const url = withParameter(new URL('https://drive.google.com/uc?export=download'), 'id', id);
        const resourceKey = searchParams.get('resourcekey');
        return resourceKey === null ? url : withParameter(url, 'resourcekey', resourceKey);
    }
    if (/^(?:www\.)?dropbox\.com$/.test(hostname)) {
        rejectFolder(/^\/(?:sh|scl\/fo)\//);
        return withParameter(address, 'dl', '1');
    }
    if (hostname.endsWith('.sharepoint.com') && /^\/:[a-z]:\//.test(pathname)) {
        rejectFolder(/^\/:f:\//);
        return withParameter(address, 'download', '1');
    }
    if (hostname === 'github.com') {
        const [, repository, path] = /^\/([^/]+\/[^/]+)\/blob\/(.+)$/.exec(pathname) ?? [];
        if (repository) return new URL(`https://raw.githubusercontent.com/${repository}/${path}`);
    }
    return address;

    function rejectFolder(path: RegExp): void {
        if (path.test(pathname)) throw new ListProblem('is a folder; link the file in it');
    }
}

/** Converts a Google Sheet, as viewed or published, to the CSV export of the same sheet. */
function toGoogleExport(address: URL): URL {
    const document = /^\/document\/(?:u\/\d+\/)?d\/([\w-]+)\/(?!export)/.exec(address.pathname)?.[1];
    if (document !== undefined && document !== 'e') {
        return new URL(`https://docs.google.com/document/d/${document}/export?format=txt`);
    }
    const sheetPath = /^\/spreadsheets\/(?:u\/\d+\/)?d\/(e\/)?([\w-]+)(?:\/(\w*))?/;
    const [, published, id, page = ''] = sheetPath.exec(address.pathname) ?? [];
    // Already an export, or a query that defines its own output.
    if (id === undefined || page === 'export' || page === 'gviz') return address;
    const gid = address.searchParams.get('gid') ?? /[#&]gid=(\d+)/.exec(address.hash)?.[1];
    const sheet = gid ? `&gid=${gid}` : '';
    if (!published) return new URL(`https://docs.google.com/spreadsheets/d/${id}/export?format=csv${sheet}`);
    return new URL(`https://docs.google.com/spreadsheets/d/e/${id}/pub?output=csv${sheet && `${sheet}&single=true`}`);
}

function withParameter(address: URL, name: string, value: string): URL {
    const url = new URL(address);
    url.searchParams.set(name, value);
    return url;
}

/** Reads a local list file, at most 10 MB; relative paths start at the working directory. */
export async function readLocalFile(given: string): Promise<Download> {
    const text = given.trim().replace(/^~(?=[\\/])/, homedir());
    const path = /^file:\/\//i.test(text) ? fileURLToPath(text) : resolve(text);
    try {
        const { size } = await stat(path);
        if (size > maxListBytes) return { ok: false, problem: tooLargeProblem };
        return { ok: true, bytes: await readFile(path), contentType: '' };
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return { ok: false, problem: code === 'ENOENT' ? `does not exist (${path})` : `cannot be read (${message})` };
    }
}
