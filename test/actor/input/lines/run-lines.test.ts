import { fc } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { maxLines } from '../../../../src/actor/input/input.ts';
import type { ListEntry } from '../../../../src/actor/input/lists/list-entry.ts';
import { takeRunLines, type ReadListOfInput, type RunLines } from '../../../../src/actor/input/lines/run-lines.ts';

/** A list of lines (`p1`) and rows without an address (`-`). */
function listOf(marks: readonly string[]): ReadListOfInput {
    const entries = marks.map((url, place): ListEntry => {
        const at = { line: place + 1, columns: {} };
        if (url === '-') return { ...at, kind: 'left_out', reason: 'It is empty.' };
        return { ...at, kind: 'line', url, handle: url.split('/').at(-1) ?? '', rejection: null };
    });
    return { name: 'list', columns: [], entries };
}

const handles = (count: number, first = 1) => Array.from({ length: count }, (_, n) => `person-${n + first}`);

function take(marks: readonly string[], firstLine?: number): RunLines {
    const runLines = takeRunLines([listOf(marks)], firstLine);
    if (!runLines) throw new Error('there is nothing to take');
    return runLines;
}

describe('the lines of a run', () => {
    it('are all lines, up to 5,000', () => {
        const { lines, rest, beyond, warnings } = take(handles(5000));
        expect([lines.length, rest, beyond, warnings]).toEqual([5000, [], null, []]);
    });

    it('are the first 5,000 of more, and the rest remains', () => {
        const { lines, rest, beyond, warnings } = take(handles(5003));
        expect(lines).toHaveLength(5000);
        expect(rest).toEqual(['person-5001', 'person-5002', 'person-5003']);
        expect(beyond).toBeNull();
        expect(warnings).toEqual([
            'The input has 5,003 lines, and one run takes 5,000: the remaining lines are in REMAINING_URLS. Paste them into the next run, or give it the same list and `firstLine`: 5001.',
        ]);
    });

    it('that remain are limited to the size of one record', () => {
        const long = 'x'.repeat(1990);
        const { rest, restCount, warnings } = take(
            handles(10_000).map((handle) => `linkedin.com/in/${handle}?${long}`),
        );
        expect(restCount).toBe(5000);
        expect(Buffer.byteLength(JSON.stringify(rest))).toBeLessThan(6.1 * 1024 * 1024);
        expect(rest.length).toBeGreaterThan(3000);
        expect(warnings[0]).toMatch(
            /The remaining lines exceed the size of REMAINING_URLS: give the next run the same list and `firstLine`: 5001\.$/,
        );
    });

    it('start with `firstLine`, and the rest is left to other runs', () => {
        const { lines, rest, beyond, warnings } = take(handles(12_000), 5001);
        expect([lines.length, lines[0]?.inputIndex, lines.at(-1)?.inputIndex]).toEqual([5000, 5000, 9999]);
        expect([rest, beyond]).toEqual([[], 2000]);
        expect(warnings).toEqual([
            'This run takes the lines 5,001 to 10,000 of 12,000; the next one starts with `firstLine`: 10001.',
        ]);
        expect(take(handles(12_000), 10_001)).toMatchObject({
            beyond: 0,
            warnings: ['This run takes the lines 10,001 to 12,000 of 12,000.'],
        });
        expect(take(handles(3), 1)).toMatchObject({ beyond: 0, warnings: [] });
        expect(takeRunLines([listOf(handles(3))], 4)).toBeNull();
    });

    it('of all parts together cover every line and row exactly once', () => {
        const marks = fc.array(fc.constantFrom('person-x', 'person-x', '-'), { minLength: 1, maxLength: 30 });
        const size = fc.integer({ min: 4990, max: 5010 });
        fc.assert(
            fc.property(marks, size, marks, (before, count, after) => {
                const all = [...before, ...handles(count), ...after];
                const read = [listOf(all)];
                const parts: RunLines[] = [];
                for (let firstLine = 1; ; firstLine += maxLines) {
                    const part = takeRunLines(read, firstLine);
                    if (!part) break;
                    parts.push(part);
                }
                const lines = parts.flatMap((part) => part.lines.map(({ line }) => line));
                const leftOut = parts.flatMap((part) => part.leftOut.map(({ line }) => line));
                const places = (mark: (text: string) => boolean) =>
                    all.flatMap((text, place) => (mark(text) ? [place + 1] : []));
                expect(lines).toEqual(places((text) => text !== '-'));
                expect(leftOut).toEqual(places((text) => text === '-'));
                for (const part of parts) {
                    expect(part.beyond).toBe(lines.length - (part.lines.at(-1)?.inputIndex ?? 0) - 1);
                }
            }),
            { numRuns: 5 },
        );
    });

    it('that remain are ready for `profileUrls`: bare handles stay as they are only in lists of handles', () => {
        expect(take(['ada-e', 'bob-e']).lines.map(({ pasteUrl }) => pasteUrl)).toEqual([undefined, undefined]);
        expect(take(['ada-e', 'linkedin.com/in/bob']).lines.map(({ pasteUrl }) => pasteUrl)).toEqual([
            'https://www.linkedin.com/in/ada-e/',
            undefined,
        ]);
        const mixed = [...handles(4999), 'linkedin.com/in/bob', 'cem-e', 'linkedin.com/in/dee'];
        expect(take(mixed).rest).toEqual(['https://www.linkedin.com/in/cem-e/', 'linkedin.com/in/dee']);
    });
});
