import { quoteInput } from '../quote-input.ts';
import type { ActorInput } from '../input.ts';
import type { ForeignDataset } from '../platform/read-foreign-dataset.ts';
import type { ColumnMeaning } from './column-names.ts';
import { describeLink } from './describe-link.ts';
import type { Download } from './download.ts';
import type { ListEntry, ListReading, ListResult } from './list-entry.ts';
import { addressFields, handleFields } from './list-fields.ts';
import { isFilePath, isListLink } from './local-file.ts';
import { readDataset } from './read-dataset.ts';
import { readElements, readHandles, readList, readWord } from './read-list.ts';
import { countLines, takeRunLines, type RunLines } from './run-lines.ts';

export type LinesReading = { ok: true; runLines: RunLines } | { ok: false; code: string; message: string };

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

/** What lists are read with. */
export type ListPorts = {
    download: (address: string) => Promise<Download>;
    /** Null on the platform, where a user has no files. */
    readFile: ((path: string) => Promise<Download>) | null;
    openDataset: (datasetId: string) => Promise<ForeignDataset>;
    /** Gives the reading up. */
    signal: AbortSignal;
};

/** How many columns a message names. */
const maxNamed = 20;

/** A list before it is read: its name in files, and as a message begins with it. */
type Source = { name: string; title: string; read: () => Promise<ListResult> };

/** A list as it was read. */
type NamedReading = { source: Source; reading: ListReading };

/**
 * Reads every list of the input, in the order of its fields. A list that cannot be read, no line at all, a table without
 * an address and a `urlColumn` that no list has are mistakes: nothing is fetched then.
 */
export async function readLists(input: ListInput, ports: ListPorts): Promise<LinesReading> {
    const read: NamedReading[] = [];
    for (const source of collectSources(input, ports)) {
        const result = await source.read();
        if (!result.ok) return fail('unreadable_list', `${source.title} ${result.problem}.`);
        read.push({ source, reading: result.reading });
    }
    const warnings = takeWordsForHandles(read);
    const named = read.filter(({ reading }) => reading.hasNamedColumn);
    if (input.urlColumn !== undefined && read.length > 0 && named.length === 0) {
        return fail('no_such_column', describeMissingColumn(input.urlColumn, read));
    }
    const lists = read.map(({ source: { name }, reading: { columns, entries } }) => ({ name, columns, entries }));
    const lineCount = countLines(lists);
    const addressless = read.find(({ reading }) => reading.isAddressless);
    if (lineCount === 0 && addressless) return fail('no_addresses', describeAddressless(addressless));
    for (const one of read) warnings.push(...describeReading(one));
    if (lineCount === 0) return fail('no_lines', [...warnings, describeNoLines(input)].join(' '));
    const runLines = takeRunLines(lists, input.firstLine);
    if (runLines) return { ok: true, runLines: { ...runLines, warnings: [...warnings, ...runLines.warnings] } };
    const given = lineCount === 1 ? 'is only 1 line' : `are only ${lineCount.toLocaleString('en-US')} lines`;
    return fail('no_lines', `\`firstLine\` is ${input.firstLine}, and there ${given}: nothing is left to do.`);
}

function collectSources(input: ListInput, ports: ListPorts): Source[] {
    const options = { urlColumn: input.urlColumn };
    const sources: Source[] = [];
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
        sources.push({ name: `dataset ${name}`, title: `The dataset \`${name}\``, read });
    }
    return sources;

    function addElements(field: string, elements: readonly unknown[]): void {
        sources.push({ name: field, title: `\`${field}\``, read: () => readElements(elements, options) });
    }

    function addLink(address: string): void {
        const isFile = ports.readFile !== null && isFilePath(address);
        const name = isFile ? quoteInput(address.trim()) : describeLink(address);
        const title = `The ${isFile ? 'file' : 'linked list'} ${name}`;
        const open = isFile ? ports.readFile : ports.download;
        sources.push({ name, title, read: async () => readDownload(await open?.(address)) });
    }

    async function readDownload(download: Download | undefined): Promise<ListResult> {
        if (!download?.ok) return { ok: false, problem: download?.problem ?? 'cannot be read here' };
        return readList(download.bytes, download.contentType, options);
    }
}

/** The links among the elements of `startUrls`, and between them the elements that are no links, each at its place. */
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

/**
 * Words alone are handles in the fields for them; in the others only where no line is an address and nothing says that
 * they are something else. Returns what to say of it.
 */
function takeWordsForHandles(read: readonly NamedReading[]): string[] {
    const isOf = (fields: readonly string[]) => read.filter(({ source }) => fields.includes(source.name));
    for (const { reading } of isOf(handleFields)) reading.entries = reading.entries.flatMap(readHandles);
    const lists = isOf(addressFields).map(({ reading }) => reading);
    const hasOtherMeaning = lists.some(({ heading }) => heading !== null && isOfSomethingElse(heading));
    if (hasOtherMeaning || lists.some(({ entries }) => entries.some(isAddress))) return [];
    let count = 0;
    for (const reading of lists) {
        reading.entries = reading.entries.map((entry) => {
            const taken = readWord(entry);
            if (taken !== entry) count += 1;
            return taken;
        });
    }
    if (count === 0) return [];
    const words =
        count === 1 ? '1 word was taken for a handle' : `${count.toLocaleString('en-US')} words were taken for handles`;
    return [`No line of \`profileUrls\` is an address, so ${words} (linkedin.com/in/<word>).`];
}

/** Whether what stands above a list says that its words are no handles. */
function isOfSomethingElse(heading: ColumnMeaning): boolean {
    return heading === 'other' || heading === 'someone_else' || heading === 'person';
}

/** Whether a line is written as an address, of whatever page. */
function isAddress(entry: ListEntry): boolean {
    const isText = /^(?:bareWord|notAHandle|notAUrl|empty|tooLong)$/;
    return entry.kind === 'line' && (entry.rejection === null || !isText.test(entry.rejection.kind));
}

function describeReading({ source: { title }, reading }: NamedReading): string[] {
    const { entries, isAddressless, notes } = reading;
    const leftOut = entries.filter(({ kind }) => kind === 'left_out').length;
    const said = notes.map((note) => `${title}${note}`);
    if (entries.length === 0) return [...said, `${title} holds no line.`];
    if (leftOut === 0) return said;
    const rows = leftOut === 1 ? '1 row holds' : `${leftOut.toLocaleString('en-US')} rows hold`;
    const were = leftOut === 1 ? 'was' : 'were';
    const columns = isAddressless ? ` in any column (${nameColumns(reading)})` : '';
    return [...said, `${title}: ${rows} no LinkedIn address${columns} and ${were} left out.`];
}

function describeAddressless({ source, reading }: NamedReading): string {
    const columns = nameColumns(reading);
    const which = columns === '' ? '' : `: its columns are ${columns}`;
    return `${source.title} is a table without a LinkedIn profile URL${which}. Give the table that has them, or name their column in \`urlColumn\`.`;
}

function describeMissingColumn(urlColumn: string, read: readonly NamedReading[]): string {
    const columns = nameColumns({ names: read.flatMap(({ reading }) => reading.names) });
    const known = columns === '' ? 'The lists have no columns' : `There are ${columns}`;
    return `No list has the column \`${quoteInput(urlColumn)}\` that \`urlColumn\` names. ${known}.`;
}

function nameColumns({ names }: Pick<ListReading, 'names'>): string {
    const named = names.slice(0, maxNamed).map((name) => `\`${quoteInput(name)}\``);
    const more = names.length - named.length;
    return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

function describeNoLines({ payload }: ListInput): string {
    return payload !== undefined && !payload.resource?.defaultDatasetId
        ? 'There is no profile URL in the input, and `payload` names no dataset (`resource.defaultDatasetId`). Give its id in `datasetId`.'
        : 'There is no profile URL in the input. Put at least one into `profileUrls`.';
}

function fail(code: string, message: string): LinesReading {
    return { ok: false, code, message };
}
