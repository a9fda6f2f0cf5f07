import { collectLists, type ListInput, type ListPorts } from './collect-lists.ts';
import type { ColumnMeaning } from './table/column-names.ts';
import {
    describeAddressless,
    describeMissingColumn,
    describeNoLines,
    describeReading,
    type NamedReading,
} from './describe-lists.ts';
import type { ListEntry } from './list-entry.ts';
import { addressFields, handleFields } from './list-fields.ts';
import { readHandles, readWord } from './read-handles.ts';
import { countLines, listRest, takeRunLines, type RestLine, type RunLines } from '../lines/run-lines.ts';

export type LinesReading =
    | { ok: true; runLines: RunLines; rest: Iterable<RestLine> }
    | { ok: false; code: string; message: string };

/**
 * Reads all lists of the input, in field order. An unreadable list, no lines at all, a table without addresses and a
 * `urlColumn` that no list has are errors, and nothing is fetched.
 */
export async function readLists(input: ListInput, ports: ListPorts): Promise<LinesReading> {
    const read: NamedReading[] = [];
    for (const list of collectLists(input, ports)) {
        const result = await list.read();
        if (!result.ok) return fail('unreadable_list', `${list.title} ${result.problem}.`);
        read.push({ list, reading: result.reading });
    }
    const warnings = readWordsAsHandles(read);
    const named = read.filter(({ reading }) => reading.hasNamedColumn);
    if (input.urlColumn !== undefined && read.length > 0 && named.length === 0) {
        return fail('no_such_column', describeMissingColumn(input.urlColumn, read));
    }
    const lists = read.map(({ list: { name }, reading: { columns, entries } }) => ({ name, columns, entries }));
    const lineCount = countLines(lists);
    const addressless = read.find(({ reading }) => reading.isAddressless);
    if (lineCount === 0 && addressless) return fail('no_addresses', describeAddressless(addressless));
    for (const one of read) warnings.push(...describeReading(one));
    if (lineCount === 0) return fail('no_lines', [...warnings, describeNoLines(input)].join(' '));
    const runLines = takeRunLines(lists, input.firstLine);
    if (runLines) {
        const all = { ...runLines, warnings: [...warnings, ...runLines.warnings] };
        return { ok: true, runLines: all, rest: runLines.restCount > 0 ? listRest(lists) : [] };
    }
    const given = lineCount === 1 ? 'is only 1 line' : `are only ${lineCount.toLocaleString('en-US')} lines`;
    return fail('no_lines', `\`firstLine\` is ${input.firstLine}, and there ${given}: no lines are left.`);
}

/**
 * Reads bare words as handles in the handle fields, and in the address fields only when no line is an address and no
 * heading says that they are something else. Returns warnings.
 */
function readWordsAsHandles(read: readonly NamedReading[]): string[] {
    const isOf = (fields: readonly string[]) => read.filter(({ list }) => fields.includes(list.name));
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
        count === 1 ? '1 word was read as a handle' : `${count.toLocaleString('en-US')} words were read as handles`;
    return [`No line of \`profileUrls\` is an address, so ${words} (linkedin.com/in/<word>).`];
}

/** Whether the heading of a list says that its words are not handles. */
function isOfSomethingElse(heading: ColumnMeaning): boolean {
    return heading === 'other' || heading === 'someone_else' || heading === 'person';
}

/** Whether a line looks like an address of any page. */
function isAddress(entry: ListEntry): boolean {
    const isText = /^(?:bareWord|notAHandle|notAUrl|empty|tooLong)$/;
    return entry.kind === 'line' && (entry.rejection === null || !isText.test(entry.rejection.kind));
}

function fail(code: string, message: string): LinesReading {
    return { ok: false, code, message };
}
