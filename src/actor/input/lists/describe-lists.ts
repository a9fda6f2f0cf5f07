import { quoteInput } from '../quote-input.ts';
import type { ListInput, UnreadList } from './collect-lists.ts';
import type { ListReading } from './list-entry.ts';

/** How many columns a message names. */
const maxNamed = 20;

/** A list of the input as it was read. */
export type NamedReading = { list: Pick<UnreadList, 'name' | 'title'>; reading: ListReading };

/** What a user should know of how a list was read, a sentence each. */
export function describeReading({ list: { title }, reading }: NamedReading): string[] {
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

/** That a list is a table in which nothing is a profile's address. */
export function describeAddressless({ list, reading }: NamedReading): string {
    const columns = nameColumns(reading);
    const which = columns === '' ? '' : `: its columns are ${columns}`;
    return `${list.title} is a table without a LinkedIn profile URL${which}. Give the table that has them, or name their column in \`urlColumn\`.`;
}

/** That no list has the column that the input names. */
export function describeMissingColumn(urlColumn: string, read: readonly NamedReading[]): string {
    const columns = nameColumns({ names: read.flatMap(({ reading }) => reading.names) });
    const known = columns === '' ? 'The lists have no columns' : `There are ${columns}`;
    return `No list has the column \`${quoteInput(urlColumn)}\` that \`urlColumn\` names. ${known}.`;
}

function nameColumns({ names }: Pick<ListReading, 'names'>): string {
    const named = names.slice(0, maxNamed).map((name) => `\`${quoteInput(name)}\``);
    const more = names.length - named.length;
    return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

/** That the input has no line, and where to put one. */
export function describeNoLines({ payload }: ListInput): string {
    return payload !== undefined && !payload.resource?.defaultDatasetId
        ? 'There is no profile URL in the input, and `payload` names no dataset (`resource.defaultDatasetId`). Give its id in `datasetId`.'
        : 'There is no profile URL in the input. Put at least one into `profileUrls`.';
}
