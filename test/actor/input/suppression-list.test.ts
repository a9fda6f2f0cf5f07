import { describe, expect, it } from 'vitest';
import type { ForeignRecord } from '../../../src/actor/platform/read-foreign-record.ts';
import { readSuppressedUrls } from '../../../src/actor/input/suppression-list.ts';

const read = (record: ForeignRecord, suppressedUrls: string[] = []) =>
    readSuppressedUrls({ suppressedUrls, suppressionListId: 'my-list' }, async () => record);

describe('the suppression list', () => {
    it('is what the input names and what the store holds, as a list or as lines', async () => {
        const expected = new Set(['https://www.linkedin.com/in/ada/', 'https://www.linkedin.com/in/bob/']);
        expect(await read({ kind: 'record', value: ['bob', ''] }, ['linkedin.com/in/Ada'])).toEqual(expected);
        expect(await read({ kind: 'record', value: 'ada\r\nbob\n' })).toEqual(expected);
    });

    it.each<[ForeignRecord, string]>([
        [{ kind: 'no_store' }, 'there is no key-value store `my-list`. Check `suppressionListId`.'],
        [{ kind: 'no_record' }, 'the key-value store `my-list` has no record SUPPRESSED_URLS with a list'],
        [{ kind: 'no_access' }, 'the key-value store `my-list` is closed to this run.'],
        [{ kind: 'record', value: { a: 1 } }, 'the record SUPPRESSED_URLS of the key-value store `my-list` is no list'],
        [{ kind: 'record', value: ['ada', 'x y'] }, 'a line that is not a profile URL: x y.'],
    ])('stops the run when it cannot be read whole: %j', async (record, words) => {
        await expect(read(record)).rejects.toMatchObject({
            name: 'InputError',
            message: expect.stringContaining(words),
        });
    });

    it('blames nobody’s input when the platform does not answer', async () => {
        const error = Object.assign(new Error('timeout'), { isAxiosError: true });
        const reading = readSuppressedUrls({ suppressedUrls: [], suppressionListId: 'my-list' }, () =>
            Promise.reject(error),
        );
        await expect(reading).rejects.toBe(error);
    });
});
