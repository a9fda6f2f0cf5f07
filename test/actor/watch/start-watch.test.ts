import { describe, expect, it } from 'vitest';
import { startWatch } from '../../../src/actor/watch/start-watch.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { MemoryStore } from '../../helpers/memory-store.ts';
import { worklistOf } from '../../helpers/worklist-of.ts';

const start = (failure: object) =>
    startWatch({
        name: 'customers',
        onlyChanged: false,
        resolved: { worklist: worklistOf(['ada']), suppressed: new Set() },
        records: new MemoryStore(),
        openLastingStore: async () => {
            throw Object.assign(new Error('no'), failure);
        },
        clock: new FakeClock(),
        newId: () => '1',
        earlier: { datasets: [], rowCount: 0 },
    });

describe('a watch whose store cannot be opened', () => {
    it.each([401, 403])('says what to do where the run may not open it (%d)', async (statusCode) => {
        await expect(start({ statusCode })).rejects.toMatchObject({
            code: 'unreadable_watch',
            message: expect.stringMatching(
                /^This run may not open the key-value store `watch-customers-[0-9a-f]{8}`.* give the Actor full permissions for this run, or leave `watch` out\.$/,
            ),
        });
    });

    it('is to be tried again later where the platform fails', async () => {
        await expect(start({ statusCode: 503 })).rejects.toMatchObject({
            code: 'unreadable_watch',
            message: expect.stringContaining('Run it again later.'),
        });
    });
});
