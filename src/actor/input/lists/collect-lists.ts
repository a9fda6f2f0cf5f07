import type { ForeignDataset } from '../../platform/foreign-storages.ts';
import { addressFields, handleFields, type ActorInput } from '../input.ts';
import { quoteInput } from '../quote-input.ts';
import { refuse, type ListResult } from './list-entry.ts';
import type { Download } from './list-file.ts';
import { hasProfileAddress } from './read-addresses.ts';
import { readElements, readList } from './read-list.ts';

export type ListPorts = {
    download: (address: string) => Promise<Download>;
    /** Null on the platform, where there are no user files. */
    readFile: ((path: string) => Promise<Download>) | null;
    openDataset: (datasetId: string) => Promise<ForeignDataset>;
    /** Aborts reading. */
    signal: AbortSignal;
};

/** A list before it is read: its name in files, and its title at the start of messages. */
export type UnreadList = { name: string; title: string; read: () => Promise<ListResult> };

/** The lists of the input in the order of its fields. */
export function collectLists(input: ActorInput, ports: ListPorts): UnreadList[] {
    const { urlColumn } = input;
    const lists: UnreadList[] = [];
    for (const field of [...addressFields, ...handleFields]) {
        const elements = input[field];
        const [only, ...others] = elements.filter((element) => typeof element !== 'string' || element.trim() !== '');
        if (only === undefined) continue;
        const isAlone = field === 'profileUrls' && others.length === 0;
        if (isAlone && typeof only === 'string' && ports.readFile && isFilePath(only)) addLink(only);
        else addElements(field, elements);
    }
    for (const part of splitStartUrls(input.startUrls, ports.readFile !== null)) {
        if (typeof part === 'string') addLink(part);
        else addElements('startUrls', part);
    }
    const datasetId = input.datasetId ?? input.payload?.resource?.defaultDatasetId;
    if (datasetId) {
        const name = quoteInput(datasetId);
        const read = async () => readDataset(await ports.openDataset(datasetId), urlColumn, ports.signal);
        lists.push({ name: `dataset ${name}`, title: `The dataset \`${name}\``, read });
    }
    return lists;

    function addElements(field: string, elements: readonly unknown[]): void {
        lists.push({ name: field, title: `\`${field}\``, read: () => readElements(elements, urlColumn) });
    }

    function addLink(address: string): void {
        const readFile = isFilePath(address) ? ports.readFile : null;
        const name = readFile ? quoteInput(address.trim()) : describeLink(address);
        const read = async () => {
            const download = await (readFile ?? ports.download)(address);
            return download.ok ? readList(download.bytes, download.contentType, urlColumn) : download;
        };
        lists.push({ name, title: `The ${readFile ? 'file' : 'linked list'} ${name}`, read });
    }
}

/** Splits `startUrls` into links and the other elements between them, each element at its position. */
function splitStartUrls(elements: readonly unknown[], hasFiles: boolean): Array<string | unknown[]> {
    const parts: Array<string | unknown[]> = [];
    let loose: unknown[] | null = null;
    for (const [place, element] of elements.entries()) {
        const fields: Record<string, unknown> = typeof element === 'object' ? { ...element } : { url: element };
        const { url, requestsFromUrl } = fields;
        const address = url ?? (requestsFromUrl === undefined ? element : '');
        const isLink = typeof address === 'string' && (isListLink(address) || (hasFiles && isFilePath(address)));
        if (!isLink && address !== '') {
            if (!loose) parts.push((loose = Array.from({ length: place }, () => '')));
            while (loose.length < place) loose.push('');
            loose.push(address);
        }
        const link = isLink ? address : requestsFromUrl;
        if (typeof link !== 'string' || link.trim() === '') continue;
        parts.push(link);
        loose = null;
    }
    return parts;
}

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

/** A link for messages and file names: host and path only, since parameters may hold a key and the start a password. */
function describeLink(address: string): string {
    if (!URL.canParse(address)) return quoteInput(address.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//'));
    const { origin, protocol, host, pathname } = new URL(address);
    return quoteInput(`${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`);
}

/** The most characters of JSON kept of a dataset, without lists of objects that hold no address. */
const maxKept = 20 * 1024 * 1024;

const datasetProblems = {
    no_dataset: 'cannot be read: there is no such dataset. Check `datasetId`',
    no_access: 'is not accessible to this run. Select it in the field `datasetId`, which grants the run access',
};

/** Reads another Actor's dataset as a list, page by page. Rejects with the signal's reason when it aborts. */
export async function readDataset(
    dataset: ForeignDataset,
    urlColumn: string | undefined,
    signal: AbortSignal,
): Promise<ListResult> {
    if (dataset.kind !== 'dataset') return refuse(datasetProblems[dataset.kind]);
    const items: unknown[] = [];
    let kept = 0;
    for await (const page of dataset.readPages()) {
        signal.throwIfAborted();
        for (const item of page) {
            const needed = dropLists(item);
            items.push(needed);
            kept += JSON.stringify(needed)?.length ?? 0;
        }
        if (kept > maxKept) {
            return refuse(
                'is larger than 20 MB. Link its items with the fields you need in `startUrls`, as in …/items?fields=profileUrl',
            );
        }
    }
    return readElements(items, urlColumn);
}

/** Removes lists of objects without a profile address. */
function dropLists(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(dropLists);
    const kept = Object.entries(value).filter(([, inner]) => !isUseless(inner));
    return Object.fromEntries(kept.map(([key, inner]) => [key, dropLists(inner)]));
}

function isUseless(value: unknown): boolean {
    return (
        Array.isArray(value) &&
        value.some((item) => typeof item === 'object') &&
        !hasProfileAddress(JSON.stringify(value))
    );
}
