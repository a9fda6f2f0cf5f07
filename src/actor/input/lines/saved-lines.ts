import * as z from 'zod';
import type { RecordStore } from '../../platform/run-state.ts';
import {
    restLineSchema,
    runLinesSchema,
    type InputLine,
    type InputRow,
    type RestLine,
    type RunLines,
} from './run-lines.ts';

/** The record of the run's store with its lines. Its existence identifies a restart. */
export const runLinesKey = 'RUN_LINES';

/**
 * The most characters of JSON in one record. The platform accepts 9 MB per record, and a character may take three
 * bytes.
 */
const maxRecordLength = 2 * 1024 * 1024;

const partSchema = runLinesSchema.pick({ lines: true, leftOut: true, rest: true });
/** `parts` is the number of records, this one included. */
const firstPartSchema = runLinesSchema.extend({ parts: z.int() });

const restKey = (number: number) => `${runLinesKey}_REST_${number}`;
const partKey = (number: number) => (number === 1 ? runLinesKey : `${runLinesKey}_${number}`);

/**
 * Saves the lines of the run for a restart: a linked list may change, the run's lines must not. Split into records by
 * size; the first is written last, so that it exists only when all are complete.
 */
export async function saveRunLines(records: RecordStore, { lines, leftOut, rest, ...head }: RunLines): Promise<void> {
    const items: Array<{ line?: InputLine; row?: InputRow; url?: string }> = [
        ...lines.map((line) => ({ line })),
        ...leftOut.map((row) => ({ row })),
        ...rest.map((url) => ({ url })),
    ];
    const parts = [...splitBySize(items)].map((part) => ({
        lines: part.flatMap(({ line }) => line ?? []),
        leftOut: part.flatMap(({ row }) => row ?? []),
        rest: part.flatMap(({ url }) => url ?? []),
    }));
    const [first = { lines, leftOut, rest }, ...others] = parts;
    for (const [place, part] of others.entries()) await records.set(partKey(place + 2), part);
    await records.set(runLinesKey, { parts: others.length + 1, ...head, ...first });
}

/** Reads the lines of an earlier start; null on the first start. */
export async function readRunLines(records: RecordStore): Promise<RunLines | null> {
    const first = firstPartSchema.safeParse(await records.get(runLinesKey)).data;
    if (!first) return null;
    const { parts: partCount, ...head } = first;
    const parts: Array<z.infer<typeof partSchema>> = [first];
    for (let number = 2; number <= partCount; number += 1) {
        parts.push(partSchema.parse(await records.get(partKey(number))));
    }
    return {
        ...head,
        lines: parts.flatMap((part) => part.lines),
        leftOut: parts.flatMap((part) => part.leftOut),
        rest: parts.flatMap((part) => part.rest),
    };
}

/**
 * Saves the lines that remain after those of the run for its exports: hundreds of thousands with columns are too many
 * to keep in memory. Returns the number of records.
 */
export async function saveRest(records: RecordStore, rest: Iterable<RestLine>): Promise<number> {
    let count = 0;
    for (const part of splitBySize(rest)) await records.set(restKey((count += 1)), part);
    return count;
}

/** Reads these lines back, one record at a time. Rejects when one cannot be read. */
export async function* readRest(
    records: Pick<RecordStore, 'get'>,
    { restParts }: Pick<RunLines, 'restParts'>,
): AsyncGenerator<RestLine[]> {
    for (let number = 1; number <= restParts; number += 1)
        yield z.array(restLineSchema).parse(await records.get(restKey(number)));
}

function* splitBySize<Item>(items: Iterable<Item>): Generator<Item[]> {
    let part: Item[] = [];
    let length = 0;
    for (const item of items) {
        const itemLength = JSON.stringify(item).length + 1;
        if (length > 0 && length + itemLength > maxRecordLength) {
            yield part;
            part = [];
            length = 0;
        }
        length += itemLength;
        part.push(item);
    }
    if (part.length > 0) yield part;
}
