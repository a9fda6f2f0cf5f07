import { quoteInput } from '../quote-input.ts';
import type { ActorInput } from '../input.ts';
import type { ForeignDataset } from '../../platform/foreign-storages.ts';
import { describeLink } from './link/describe-link.ts';
import type { Download } from './link/download.ts';
import type { ListResult } from './list-entry.ts';
import { addressFields, handleFields } from './list-fields.ts';
import { isFilePath, isListLink } from './link/local-file.ts';
import { readDataset } from './link/read-dataset.ts';
import { readElements, readList } from './read-list.ts';

export type ListInput = Pick<
    ActorInput,
    | (typeof addressFields)[number]
    | (typeof handleFields)[number]
    | 'startUrls'
    | 'datasetId'
    | 'payload'
    | 'urlColumn'
    | 'firstLine'
>;

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
export function collectLists(input: ListInput, ports: ListPorts): UnreadList[] {
    const options = { urlColumn: input.urlColumn };
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
        const read = async () => readDataset(await ports.openDataset(datasetId), options, ports.signal);
        lists.push({ name: `dataset ${name}`, title: `The dataset \`${name}\``, read });
    }
    return lists;

    function addElements(field: string, elements: readonly unknown[]): void {
        lists.push({ name: field, title: `\`${field}\``, read: () => readElements(elements, options) });
    }

    function addLink(address: string): void {
        const isFile = ports.readFile !== null && isFilePath(address);
        const name = isFile ? quoteInput(address.trim()) : describeLink(address);
        const title = `The ${isFile ? 'file' : 'linked list'} ${name}`;
        const open = isFile ? ports.readFile : ports.download;
        lists.push({ name, title, read: async () => readDownload(await open?.(address)) });
    }

    async function readDownload(download: Download | undefined): Promise<ListResult> {
        if (!download?.ok) return { ok: false, problem: download?.problem ?? 'cannot be read here' };
        return readList(download.bytes, download.contentType, options);
    }
}

/** Splits `startUrls` into links and the other elements between them, each element at its position. */
function splitStartUrls(elements: readonly unknown[], hasFiles: boolean): Array<string | unknown[]> {
    const parts: Array<string | unknown[]> = [];
    let loose: unknown[] | null = null;
    for (const [place, element] of elements.entries()) {
        const { url, requestsFromUrl } = (typeof element === 'object' ? (element ?? {}) : { url: element }) as Record<
            string,
            unknown
        >;
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
