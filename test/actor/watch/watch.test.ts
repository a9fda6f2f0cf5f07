import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/actor/ledger/row.ts';
import { createWatchStore } from '../../../src/actor/watch/watch-store.ts';
import { openWatch, type OpenWatchOptions } from '../../../src/actor/watch/watch.ts';
import { buildCanonicalUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import { buildProfile, buildRowDraft } from '../../helpers/ledger/build-row-draft.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { MemoryStore } from '../../helpers/ledger/memory-store.ts';

const urlOf = buildCanonicalUrl;
const seenAt = '2026-01-01T00:00:00.000Z';

function rowOf(handle: string, title: string, askedHandle = handle): Row {
    const draft = buildRowDraft(0, 'success', handle);
    const meta = { ...draft.meta, batch_id: 'batch' };
    return { ...draft, url: urlOf(askedHandle), profile: buildProfile({ title }), meta } as Row;
}

/** Runs of one watch: each call opens the next run with its own store, or restarts one on the same store. */
function createRuns() {
    const namedStore = new MemoryStore();
    let ids = 0;
    const clock = new FakeClock();
    const store = createWatchStore({ records: namedStore, clock, newId: () => String((ids += 1)) });
    const start = (records = new MemoryStore(), changes: Partial<OpenWatchOptions> = {}) =>
        openWatch({
            storeName: 'watch-test',
            store,
            records,
            clock,
            onlyChanged: false,
            askedUrls: [urlOf('ada'), urlOf('bob')],
            suppressedUrls: new Set(),
            ...changes,
        });
    return { namedStore, start };
}

const look = (handle: string, title: string) => ({
    askedUrl: urlOf(handle),
    source: 'public-page' as const,
    profile: buildProfile({ title }),
});

describe('a watch', () => {
    it('reports everybody as new at first, and changes in the next run', async () => {
        const { start } = createRuns();
        const first = await start();
        expect(first.compare(look('ada', 'Engineer'))).toEqual({ change: 'new', changes: [] });
        first.recordStored([rowOf('ada', 'Engineer')]);
        expect(await first.close()).toBe(true);
        const second = await start();
        expect(second.compare(look('ada', 'Engineer'))).toEqual({ change: 'same', changes: [] });
        expect(second.compare(look('ada', 'Director'))).toEqual({
            change: 'changed',
            changes: [{ field: 'title', from: 'Engineer', to: 'Director', meaning: null }],
        });
    });

    it.each(['ada', 'Ada Example\tlinkedin.com/in/ada\tUtrecht'])(
        'recognises the person a line asks for: %j',
        async (url) => {
            const { start } = createRuns();
            const first = await start();
            first.recordStored([{ ...rowOf('ada-moved', 'Engineer'), url }]);
            await first.close();
            expect((await start()).compare(look('ada', 'Engineer')).change).toBe('same');
        },
    );

    it('compares with the same snapshots after a restart', async () => {
        const { start } = createRuns();
        const before = await start();
        before.recordStored([rowOf('ada', 'Engineer')]);
        await before.close();
        const records = new MemoryStore();
        const first = await start(records);
        first.recordStored([rowOf('ada', 'Director')]);
        await first.close();
        const restarted = await start(records);
        expect(restarted.compare(look('ada', 'Director')).changes).toHaveLength(1);
        expect((await start()).compare(look('ada', 'Director')).changes).toEqual([]);
    });

    it('tells a restart which unchanged lines are done', async () => {
        const { start } = createRuns();
        const records = new MemoryStore();
        const first = await start(records);
        first.recordUnchanged(7, { ...look('ada', 'Engineer'), answeredUrl: urlOf('ada'), seenAt });
        await first.close();
        expect((await start(records)).skippedBefore).toEqual(new Map([[7, 'unchanged']]));
        expect((await start()).skippedBefore.size).toBe(0);
    });

    it('reports a person gone once, keeps only that, and reports them as new when they are back', async () => {
        const { namedStore, start } = createRuns();
        const absence = { askedUrl: urlOf('ada'), source: 'public-page' as const, seenAt };
        const first = await start();
        expect(first.classifyAbsence(absence)).toBe('unknown');
        first.recordStored([rowOf('ada', 'Sailor')]);
        await first.close();
        const second = await start();
        expect(second.classifyAbsence(absence)).toBe('gone');
        // Another source has no snapshot of them.
        expect(second.classifyAbsence({ ...absence, source: 'ai-ark' })).toBe('unknown');
        const { profile: _, company_details: __, ...row } = rowOf('ada', '') as Extract<Row, { status: 'success' }>;
        second.recordStored([{ ...row, status: 'not_found', change: 'gone' }]);
        await second.close();
        const records = new MemoryStore();
        const third = await start(records);
        expect([...namedStore.texts.values(), ...records.texts.values()].join('')).not.toContain('Sailor');
        expect(third.classifyAbsence(absence)).toBe('gone_before');
        third.recordGone(4, absence);
        await third.close();
        expect((await start(records)).skippedBefore).toEqual(new Map([[4, 'gone']]));
        const fourth = await start();
        expect(fourth.classifyAbsence(absence)).toBe('gone_before');
        expect(fourth.compare(look('ada', 'Sailor')).change).toBe('new');
    });

    it('recognises a person by the requested address after they renamed their profile', async () => {
        const { start } = createRuns();
        const first = await start();
        first.recordStored([rowOf('ada-renamed', 'Engineer', 'ada')]);
        await first.close();
        expect((await start()).compare(look('ada', 'Engineer')).change).toBe('same');
    });

    it.each([
        ['the requested address', 'ada'],
        ['the responding address', 'ada-renamed'],
    ])('erases a suppressed person known by %s', async (_, suppressed) => {
        const { namedStore, start } = createRuns();
        const first = await start();
        first.recordStored([rowOf('ada-renamed', 'Engineer', 'ada')]);
        await first.close();
        const records = new MemoryStore();
        const second = await start(records, { suppressedUrls: new Set([urlOf(suppressed)]) });
        expect(second.compare(look('ada', 'Engineer')).change).toBe('new');
        expect(namedStore.texts.size).toBe(0);
        expect([...records.texts.values()].join('')).not.toContain('Engineer');
    });

    it('erases a person who turns out to be suppressed during the run', async () => {
        const { namedStore, start } = createRuns();
        const first = await start();
        first.recordStored([rowOf('ada', 'Sailor'), rowOf('bob', 'Cook')]);
        await first.close();
        const second = await start();
        second.erase(urlOf('ada'));
        await second.close();
        const kept = [...namedStore.texts.values()].join('');
        expect(kept).toContain('Cook');
        expect(kept).not.toContain('Sailor');
    });

    it.each(['at a restart', 'during the run'])(
        'erases a person suppressed %s from the run’s own baseline',
        async (moment) => {
            const { start } = createRuns();
            const first = await start();
            first.recordStored([rowOf('ada', 'Sailor'), rowOf('bob', 'Cook')]);
            await first.close();
            const records = new MemoryStore();
            const second = await start(records);
            expect([...records.texts.values()].join('')).toContain('Sailor');
            if (moment === 'during the run') second.erase(urlOf('ada'));
            await second.close();
            const suppressedUrls = new Set(moment === 'at a restart' ? [urlOf('ada')] : []);
            const restarted = await start(records, { suppressedUrls });
            const kept = [...records.texts.values()].join('');
            expect(kept).toContain('Cook');
            expect(kept).not.toContain('Sailor');
            expect(restarted.compare(look('ada', 'Sailor')).change).toBe('new');
        },
    );

    it('retries a failed save with the next batch, and reports when it never succeeds', async () => {
        const { namedStore, start } = createRuns();
        const watch = await start();
        let isDown = true;
        namedStore.onSet = () => {
            if (isDown) throw new Error('503');
        };
        watch.recordStored([rowOf('ada', 'Engineer')]);
        expect(await watch.close()).toBe(false);
        isDown = false;
        watch.recordStored([rowOf('bob', 'Cook')]);
        expect(await watch.close()).toBe(true);
        expect([...namedStore.texts.values()].join('')).toMatch(/Engineer.*Cook/);
    });
});
