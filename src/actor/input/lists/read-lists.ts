import { InputError } from '../../input-error.ts';
import { addressFields, handleFields, type ActorInput } from '../input.ts';
import { countLines, listRest, takeRunLines, type RestLine, type RunLines } from '../lines/run-lines.ts';
import { quoteInput } from '../quote-input.ts';
import { collectLists, type ListPorts, type UnreadList } from './collect-lists.ts';
import { readHandles, readWord, type ListEntry, type ListReading } from './list-entry.ts';

type ReadList = Pick<UnreadList, 'name' | 'title'> & ListReading;

/**
 * Reads all lists of the input, in field order. Throws `InputError` for an unreadable list, no lines at all, a table
 * without addresses, and a `urlColumn` that no list has: then nothing is fetched.
 */
export async function readLists(
    input: ActorInput,
    ports: ListPorts,
): Promise<{ runLines: RunLines; rest: Iterable<RestLine> }> {
    const lists: ReadList[] = [];
    for (const { name, title, read } of collectLists(input, ports)) {
        const result = await read();
        if (!result.ok) throw new InputError('unreadable_list', `${title} ${result.problem}.`);
        lists.push({ name, title, ...result });
    }
    const warnings = readWordsAsHandles(lists);
    if (input.urlColumn !== undefined && lists.length > 0 && !lists.some((list) => list.hasNamedColumn)) {
        throw new InputError('no_such_column', describeMissingColumn(input.urlColumn, lists));
    }
    const lineCount = countLines(lists);
    const addressless = lists.find((list) => list.isAddressless);
    if (lineCount === 0 && addressless) throw new InputError('no_addresses', describeAddressless(addressless));
    for (const list of lists) warnings.push(...describeReading(list));
    if (lineCount === 0) throw new InputError('no_lines', [...warnings, describeNoLines(input)].join(' '));
    const runLines = takeRunLines(lists, input.firstLine);
    if (runLines) {
        const all = { ...runLines, warnings: [...warnings, ...runLines.warnings] };
        return { runLines: all, rest: runLines.restCount > 0 ? listRest(lists) : [] };
    }
    const given = lineCount === 1 ? 'is only 1 line' : `are only ${lineCount.toLocaleString('en-US')} lines`;
    const message = `\`firstLine\` is ${input.firstLine}, and there ${given}: no lines are left.`;
    throw new InputError('no_lines', message);
}

/**
 * Reads bare words as handles in the handle fields, and in the address fields only when no line is an address and no
 * heading says that they are something else. Returns warnings.
 */
function readWordsAsHandles(read: readonly ReadList[]): string[] {
    const isOf = (fields: readonly string[]) => read.filter(({ name }) => fields.includes(name));
    for (const list of isOf(handleFields)) list.entries = list.entries.flatMap(readHandles);
    const lists = isOf(addressFields);
    const isOfSomethingElse = lists.some(({ heading }) => /^(?:other|someone_else|person)$/.test(heading ?? ''));
    if (isOfSomethingElse || lists.some(({ entries }) => entries.some(isAddress))) return [];
    let count = 0;
    for (const list of lists) {
        list.entries = list.entries.map((entry) => {
            const taken = readWord(entry);
            if (taken !== entry) count += 1;
            return taken;
        });
    }
    if (count === 0) return [];
    const words =
        count === 1 ? '1 word was read as a handle' : `${count.toLocaleString('en-US')} words were read as handles`;
    return [`No line of \`profileUrls\` is an address, so ${words} (linkedin.com/in/<word>).`];
}

/** Whether a line looks like an address of any page. */
function isAddress(entry: ListEntry): boolean {
    const isText = /^(?:bareWord|notAHandle|notAUrl|empty|tooLong)$/;
    return entry.kind === 'line' && (entry.rejection === null || !isText.test(entry.rejection.kind));
}

/** Warnings about how a list was read, one sentence each. */
function describeReading({ title, entries, isAddressless, notes, names }: ReadList): string[] {
    const leftOut = entries.filter(({ kind }) => kind === 'left_out').length;
    const said = notes.map((note) => `${title}${note}`);
    if (entries.length === 0) return [...said, `${title} is empty.`];
    if (leftOut === 0) return said;
    const rows = leftOut === 1 ? '1 row holds' : `${leftOut.toLocaleString('en-US')} rows hold`;
    const were = leftOut === 1 ? 'was' : 'were';
    const columns = isAddressless ? ` in any column (${nameColumns(names)})` : '';
    return [...said, `${title}: ${rows} no LinkedIn address${columns} and ${were} left out.`];
}

function describeAddressless({ title, names }: ReadList): string {
    const which = names.length === 0 ? '' : `: its columns are ${nameColumns(names)}`;
    return `${title} is a table without a LinkedIn profile URL${which}. Use a table that has them, or name their column in \`urlColumn\`.`;
}

function describeMissingColumn(urlColumn: string, read: readonly ReadList[]): string {
    const names = read.flatMap((list) => list.names);
    const known = names.length === 0 ? 'The lists have no columns' : `The columns are ${nameColumns(names)}`;
    return `No list has the column \`${quoteInput(urlColumn)}\` that \`urlColumn\` names. ${known}.`;
}

/** Columns named in a message. */
const maxNamed = 20;

function nameColumns(names: readonly string[]): string {
    const named = names.slice(0, maxNamed).map((name) => `\`${quoteInput(name)}\``);
    const more = names.length - named.length;
    return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

function describeNoLines({ payload }: ActorInput): string {
    return payload !== undefined && !payload.resource?.defaultDatasetId
        ? 'There is no profile URL in the input, and `payload` names no dataset (`resource.defaultDatasetId`). Give its id in `datasetId`.'
        : 'There is no profile URL in the input. Put at least one into `profileUrls`.';
}
