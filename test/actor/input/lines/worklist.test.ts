import { fc } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { worklistOf } from '../../../helpers/runs/worklist-of.ts';

describe('the worklist', () => {
    it('attaches every spelling of a profile to the first line that names it', () => {
        const { items, duplicateCount } = worklistOf([
            'https://www.linkedin.com/in/ada/',
            'LinkedIn.com/in/Ada?trk=x',
            'https://www.linkedin.com/in/bob/',
            'linkedin.com/in/ada/?x',
        ]);
        expect(
            items.map(({ inputIndex, duplicates }) => [inputIndex, duplicates.map((line) => line.inputIndex)]),
        ).toEqual([
            [0, [1, 3]],
            [2, []],
        ]);
        expect(duplicateCount).toBe(2);
    });

    it('keeps the reason of an invalid line', () => {
        const { invalid } = worklistOf(['https://www.linkedin.com/company/acme/']);
        expect(invalid).toEqual([
            {
                inputIndex: 0,
                columns: {},
                line: 1,
                kind: 'company',
                advice: expect.stringContaining('Give the URL of a profile'),
                url: 'https://www.linkedin.com/company/acme/',
                reason: expect.stringContaining('company'),
            },
        ]);
    });

    it('treats a profile with an obstacle as an invalid line', () => {
        const { items, invalid } = worklistOf(['ada', 'bob'], {
            findObstacle: ({ handle }) =>
                handle === 'ada' ? { problem: 'It is not here.', advice: 'Look there.' } : null,
        });
        expect(items.map((item) => item.profileUrl.handle)).toEqual(['bob']);
        expect(invalid.map(({ kind, reason }) => [kind, reason])).toEqual([
            ['obstacle', 'It is not here. Look there.'],
        ]);
    });

    it('counts the lines after those of this run', () => {
        expect(worklistOf(['ada'], { restCount: 7 }).lineCount).toBe(8);
    });

    it('has every line in exactly one group', () => {
        const line = fc.oneof(
            fc.constantFrom(
                'ada',
                'Ada',
                'linkedin.com/in/ada',
                'bob',
                'uk.linkedin.com/in/bob/de',
                'a b',
                'x.com/in/ada',
            ),
            fc.string(),
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
                const { items, invalid, duplicateCount, lineCount } = worklistOf(lines);
                const places = [
                    ...items.flatMap((item) => [
                        item.inputIndex,
                        ...item.duplicates.map((repeat) => repeat.inputIndex),
                    ]),
                    ...invalid.map(({ inputIndex }) => inputIndex),
                ];
                expect(places.toSorted((one, other) => one - other)).toEqual([...lines.keys()]);
                expect(items.length + invalid.length + duplicateCount).toBe(lineCount);
            }),
        );
    });
});
