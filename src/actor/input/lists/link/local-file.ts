import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxListBytes, type Download } from './download.ts';

const listEnding = /\.(?:csv|tsv|tab|txt|text|json|jsonl|ndjson|xlsx?|ods)$/i;

/** Hosts of shared files, and Apify's dataset items. */
const fileHosts =
    /^(?:docs\.google\.com\/(?:spreadsheets|document)\/|drive\.google\.com\/|(?:www\.)?dropbox\.com\/|[\w-]+\.sharepoint\.com\/|1drv\.ms\/|api\.apify\.com\/v2\/datasets\/)/;

/** Whether a text is the path of a list file rather than an address. */
export function isFilePath(text: string): boolean {
    const path = text.trim();
    if (/[\r\n]/.test(path) || path.length > 1000) return false;
    return (
        /^file:\/\//i.test(path) ||
        (listEnding.test(path) && !/^[a-z][a-z0-9+.-]+:\/\//i.test(path) && !/\.[a-z]{2,}\//i.test(path))
    );
}

/** Whether a link points to a file or sheet rather than a LinkedIn page. */
export function isListLink(text: string): boolean {
    const address = text.trim();
    if (!/^https?:\/\/\S+$/i.test(address) || !URL.canParse(address)) return false;
    const { hostname, pathname } = new URL(address);
    if (/(?:^|\.)linkedin\.(?:com|cn)$/.test(hostname)) return false;
    return listEnding.test(pathname) || fileHosts.test(`${hostname}${pathname}`);
}

/** Reads a local list file, at most 10 MB; relative paths start at the working directory. */
export async function readLocalFile(given: string): Promise<Download> {
    const text = given.trim().replace(/^~(?=[\\/])/, homedir());
    const path = /^file:\/\//i.test(text) ? fileURLToPath(text) : resolve(text);
    try {
        const { size } = await stat(path);
        if (size > maxListBytes) return { ok: false, problem: 'is larger than 10 MB' };
        return { ok: true, bytes: await readFile(path), contentType: '' };
    } catch (error) {
        const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        return {
            ok: false,
            problem: isMissing ? `does not exist (${path})` : `cannot be read (${(error as Error).message})`,
        };
    }
}
