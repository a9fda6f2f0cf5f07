import { quoteInput } from '../quote-input.ts';
import type { ListInput, UnreadList } from './collect-lists.ts';
import type { ListReading } from './list-entry.ts';

/** Columns named in a message. */
const maxNamed = 20;

/** A list that was read. */
export type NamedReading = { list: Pick<UnreadList, 'name' | 'title'>; reading: ListReading };

/** Warnings about how a list was read, one sentence each. */
export function describeReading({ list: { title }, reading }: NamedReading): string[] {
    const { entries, isAddressless, notes } = reading;
    const leftOut = entries.filter(({ kind }) => kind === 'left_out').length;
    const said = notes.map((note) => `${title}${note}`);
    if (entries.length === 0) return [...said, `${title} is empty.`];
    if (leftOut === 0) return said;
    const rows = leftOut === 1 ? '1 row holds' : `${leftOut.toLocaleString('en-US')} rows hold`;
    const were = leftOut === 1 ? 'was' : 'were';
    const columns = isAddressless ? ` in any column (${nameColumns(reading)})` : '';
    return [...said, `${title}: ${rows} no LinkedIn address${columns} and ${were} left out.`];
}

/** The error for a table without a profile address. */
export function describeAddressless({ list, reading }: NamedReading): string {
    const columns = nameColumns(reading);
    const which = columns === '' ? '' : `: its columns are ${columns}`;
    return `${list.title} is a table without a LinkedIn profile URL${which}. Use a table that has them, or name their column in \`urlColumn\`.`;
}

/** The error for a `urlColumn` that no list has. */
export function describeMissingColumn(urlColumn: string, read: readonly NamedReading[]): string {
    const columns = nameColumns({ names: read.flatMap(({ reading }) => reading.names) });
    const known = columns === '' ? 'The lists have no columns' : `The columns are ${columns}`;
    return `No list has the column \`${quoteInput(urlColumn)}\` that \`urlColumn\` names. ${known}.`;
}

function nameColumns({ names }: Pick<ListReading, 'names'>): string {
    const named = names.slice(0, maxNamed).map((name) => `\`${quoteInput(name)}\``);
    const more = names.length - named.length;
    return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

/** The error for an input without lines. */
export function describeNoLines({ payload }: ListInput): string {
    return payload !== undefined && !payload.resource?.defaultDatasetId
        ? 'There is no profile URL in the input, and `payload` names no dataset (`resource.defaultDatasetId`). Give its id in `datasetId`.'
        : 'There is no profile URL in the input. Put at least one into `profileUrls`.';
}
