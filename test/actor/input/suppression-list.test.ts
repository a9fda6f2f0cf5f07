import { describe, expect, it } from 'vitest';
import type { ForeignRecord } from '../../../src/actor/platform/foreign-storages.ts';
import {
    pollSuppressedUrls,
    readSuppressedUrls,
    suppressionPollMs,
} from '../../../src/actor/input/suppression-list.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const read = (record: ForeignRecord, suppressedUrls: string[] = []) =>
    readSuppressedUrls({ suppressedUrls, suppressionListId: 'my-list' }, async () => record);

describe('the suppression list', () => {
    it('combines the input with the store’s record, a list or lines of text', async () => {
        const expected = new Set(['https://www.linkedin.com/in/ada/', 'https://www.linkedin.com/in/bob/']);
        expect(await read({ kind: 'record', value: ['bob', ''] }, ['linkedin.com/in/Ada'])).toEqual(expected);
        expect(await read({ kind: 'record', value: 'ada\r\nbob\n' })).toEqual(expected);
    });

    it.each<[ForeignRecord, string]>([
        [{ kind: 'no_store' }, 'there is no key-value store `my-list`. Check `suppressionListId`.'],
        [{ kind: 'no_record' }, 'the key-value store `my-list` has no record SUPPRESSED_URLS with a list'],
        [{ kind: 'no_access' }, 'the key-value store `my-list` is not accessible to this run.'],
        [
            { kind: 'record', value: { a: 1 } },
            'the record SUPPRESSED_URLS of the key-value store `my-list` is not a list',
        ],
        [{ kind: 'record', value: ['ada', 'x y'] }, 'a line that is not a profile URL: x y.'],
    ])('stops the run when it cannot be read completely: %j', async (record, words) => {
        await expect(read(record)).rejects.toMatchObject({
            name: 'InputError',
            message: expect.stringContaining(words),
        });
    });

    it('does not report an input error when the platform does not respond', async () => {
        const error = Object.assign(new Error('timeout'), { isAxiosError: true });
        const reading = readSuppressedUrls({ suppressedUrls: [], suppressionListId: 'my-list' }, () =>
            Promise.reject(error),
        );
        await expect(reading).rejects.toBe(error);
    });
});

describe('the suppression list of a Standby run', () => {
    const urlOf = (handle: string) => `https://www.linkedin.com/in/${handle}/`;

    /** Simulates one reading per minute; returns the handles after each, and the problems reported. */
    async function poll(records: Array<ForeignRecord | Error>, suppressionListId: string | null = 'my-list') {
        const clock = new FakeClock();
        const stop = new AbortController();
        const readings: string[][] = [];
        const problems: string[] = [];
        let minute = 0;
        const following = pollSuppressedUrls(
            { suppressedUrls: ['own'], ...(suppressionListId === null ? {} : { suppressionListId }) },
            {
                first: new Set([urlOf('own'), urlOf('ada')]),
                async readRecord() {
                    const record = records[minute];
                    minute += 1;
                    if (record instanceof Error) throw record;
                    return record ?? { kind: 'no_record' };
                },
                clock,
                signal: stop.signal,
                onRead: (people) => readings.push([...people].map((url) => url.slice(28, -1)).sort()),
                onProblem: (message) => problems.push(message),
            },
        );
        await clock.advance(suppressionPollMs - 1);
        expect(minute).toBe(0);
        await clock.advance(1);
        for (let next = 1; next < records.length; next += 1) await clock.advance(suppressionPollMs);
        stop.abort();
        await following;
        return { readings, problems, minute };
    }

    it('is read again every minute, with people added and removed', async () => {
        const { readings, problems } = await poll([
            { kind: 'record', value: ['ada', 'bob'] },
            { kind: 'record', value: 'bob' },
        ]);
        expect(readings).toEqual([
            ['ada', 'bob', 'own'],
            ['bob', 'own'],
        ]);
        expect(problems).toEqual([]);
    });

    it('keeps everybody when the list is missing, invalid or unreachable, and reports each problem once', async () => {
        const { readings, problems } = await poll([
            new Error('503'),
            new Error('503'),
            { kind: 'no_record' },
            { kind: 'record', value: ['bob', 'x y'] },
            { kind: 'record', value: ['cyd', 'x y'] },
            { kind: 'record', value: ['cyd'] },
        ]);
        expect(readings).toEqual([
            ['ada', 'bob', 'own'],
            ['ada', 'bob', 'cyd', 'own'],
            ['cyd', 'own'],
        ]);
        expect(problems).toEqual([
            'The suppression list cannot be read at the moment. The previous list still applies.',
            expect.stringMatching(/has no record SUPPRESSED_URLS .* The previous list still applies\.$/),
            'The suppression list has a line that is not a profile URL: x y. Until it is corrected, nobody is removed from the list.',
        ]);
    });

    it('is not read when the input names none', async () => {
        expect((await poll([], null)).minute).toBe(0);
    });
});
