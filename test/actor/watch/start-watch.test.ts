import { describe, expect, it } from 'vitest';
import { startWatch, type StartWatchOptions } from '../../../src/actor/watch/start-watch.ts';
import { buildFingerprint, buildWatchStoreName } from '../../../src/actor/watch/watch-store.ts';
import { buildCanonicalUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { MemoryStore } from '../../helpers/ledger/memory-store.ts';
import { worklistOf } from '../../helpers/runs/worklist-of.ts';

const start = (failure: object) =>
    startWatch({
        name: 'customers',
        onlyChanged: false,
        resolved: { worklist: worklistOf(['ada']), suppressed: new Set() },
        records: new MemoryStore(),
        openNamedStore: async () => {
            throw Object.assign(new Error('no'), failure);
        },
        listNamedStores: async () => [],
        clock: new FakeClock(),
        newId: () => '1',
        earlier: { datasets: [], rowCount: 0 },
    });

describe('a watch whose store cannot be opened', () => {
    it.each([401, 403])('says what to do when access is denied (%d)', async (statusCode) => {
        await expect(start({ statusCode })).rejects.toMatchObject({
            code: 'unreadable_watch',
            message: expect.stringMatching(
                /^This run may not open the key-value store `watch-customers-[0-9a-f]{8}`.* give the Actor full permissions for this run, or remove `watch`\.$/,
            ),
        });
    });

    it('suggests a later retry when the platform fails', async () => {
        await expect(start({ statusCode: 503 })).rejects.toMatchObject({
            code: 'unreadable_watch',
            message: expect.stringContaining('Run it again later.'),
        });
    });
});

describe('the other watches of the account', () => {
    const own = buildWatchStoreName('customers');
    const [before, after] = [
        ['watch-candidates-00000001', 'watch-colleagues-00000002'],
        ['watch-partners-00000003', 'watch-sales-00000004'],
    ] as const;
    const clock = new FakeClock();
    const daysAgo = (days: number) => new Date(clock.now() - days * 86_400_000).toISOString();
    const keep = (title: string, seenAt: string) => ({
        company: null,
        title,
        location: null,
        headline: null,
        seen_at: seenAt,
    });

    /** A run of the watch `customers` in an account with these stores, three people in each. */
    async function runBeside(names: readonly string[], changes: Partial<StartWatchOptions> = {}) {
        const stores = new Map<string, MemoryStore>();
        const opened: string[] = [];
        for (const name of names) {
            const store = new MemoryStore();
            await store.set('people-1', {
                [buildFingerprint(buildCanonicalUrl('ada'))]: keep('Engineer', daysAgo(3)),
                seen: keep('Cook', daysAgo(179)),
                over: keep('Sailor', daysAgo(181)),
            });
            stores.set(name, store);
        }
        const watch = await startWatch({
            name: 'customers',
            onlyChanged: false,
            resolved: { worklist: worklistOf(['bob']), suppressed: new Set([buildCanonicalUrl('ada')]) },
            records: new MemoryStore(),
            async openNamedStore(name) {
                opened.push(name);
                return stores.get(name) ?? new MemoryStore();
            },
            listNamedStores: async () => [...stores.keys()],
            clock,
            newId: () => '2',
            earlier: { datasets: [], rowCount: 0 },
            ...changes,
        });
        expect(await watch.close()).toBe(true);
        return { opened, read: (name: string) => [...(stores.get(name)?.texts.values() ?? [])].join('') };
    }

    it('are purged of people suppressed or not seen for 180 days, starting after the run’s own name', async () => {
        const { opened, read } = await runBeside([...after, own, ...before]);
        expect(opened).toEqual([own, ...after, ...before]);
        for (const name of [...before, ...after]) expect(read(name)).toMatch(/^\{"seen":\{[^}]*"Cook"[^}]*\}\}$/);
    });

    it('are distinguished from other stores, which are not opened', async () => {
        const strangers = ['watch-sales', 'sales-00000004', 'watch-Sales-00000004', 'my-store'];
        const { opened, read } = await runBeside([...strangers, own]);
        expect(opened).toEqual([own]);
        for (const name of strangers) expect(read(name)).toContain('Sailor');
    });

    it('are skipped when the run may not list or open them', async () => {
        const forbid = async () => {
            throw Object.assign(new Error('no'), { statusCode: 403 });
        };
        expect((await runBeside([...after], { listNamedStores: forbid })).opened).toEqual([own]);
        const openNamedStore = async (name: string) => (name === own ? new MemoryStore() : forbid());
        const { read } = await runBeside([...after], { openNamedStore });
        for (const name of after) expect(read(name)).toContain('Sailor');
    });

    it('delay the end of a run by at most a second, then wait for the next run', async () => {
        const slow = new FakeClock();
        const opened: string[] = [];
        const watch = await startWatch({
            name: 'customers',
            onlyChanged: false,
            resolved: { worklist: worklistOf(['bob']), suppressed: new Set() },
            records: new MemoryStore(),
            async openNamedStore(name) {
                opened.push(name);
                if (name !== own) await slow.sleep(5000);
                return new MemoryStore();
            },
            listNamedStores: async () => [...after],
            clock: slow,
            newId: () => '1',
            earlier: { datasets: [], rowCount: 0 },
        });
        const closing = watch.close();
        await slow.advance(1000);
        expect(await closing).toBe(true);
        await slow.advance(10_000);
        expect(opened).toEqual([own, after[0]]);
    });
});
