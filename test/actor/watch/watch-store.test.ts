import { describe, expect, it } from 'vitest';
import {
    buildFingerprint,
    createWatchStore,
    type PersonSnapshot,
    type People,
} from '../../../src/actor/watch/watch-store.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { MemoryStore } from '../../helpers/ledger/memory-store.ts';

const nobody: ReadonlySet<string> = new Set();
const daysAgo = (clock: FakeClock, days: number) => new Date(clock.now() - days * 86_400_000).toISOString();
const person = (seenAt: string, title = 'Engineer'): PersonSnapshot => ({
    company: null,
    title,
    location: null,
    headline: null,
    seen_at: seenAt,
});

function open(records = new MemoryStore(), clock = new FakeClock()) {
    let ids = 0;
    const newId = () => `${(ids += 1)}-${Math.random()}`;
    return { records, clock, store: createWatchStore({ records, clock, newId }) };
}

describe('the snapshots of a watch', () => {
    it('are loaded from any number of segments, the latest per person', async () => {
        const { records, clock, store } = open();
        await store.append(new Map([['a', person(daysAgo(clock, 1), 'New')]]));
        await store.append(new Map([['a', person(daysAgo(clock, 2), 'Old')]]));
        await store.append(new Map([['b', person(daysAgo(clock, 3))]]));
        const people = await store.load(nobody);
        expect([...people.keys()]).toEqual(['a', 'b']);
        expect(people.get('a')?.title).toBe('New');
        expect(records.texts.size).toBe(1);
        expect(await store.load(nobody)).toEqual(people);
    });

    it('are deleted 180 days after the person was last seen', async () => {
        const { records, clock, store } = open();
        await store.append(
            new Map([
                ['kept', person(daysAgo(clock, 179))],
                ['gone', person(daysAgo(clock, 181))],
            ]),
        );
        expect([...(await store.load(nobody)).keys()]).toEqual(['kept']);
        expect([...records.texts.values()].join('')).not.toContain('gone');
    });

    it('are erased for suppressed people', async () => {
        const { records, clock, store } = open();
        await store.append(new Map([['suppressed', person(daysAgo(clock, 1))]]));
        expect((await store.load(new Set(['suppressed']))).size).toBe(0);
        expect(records.texts.size).toBe(0);
    });

    it('survive two runs merging at once and a kill between writing and deleting', async () => {
        const { records, clock, store } = open();
        const other = open(records, clock).store;
        const everybody: People = new Map();
        for (let n = 0; n < 40; n += 1) {
            const one: People = new Map([[`p${n}`, person(daysAgo(clock, 1))]]);
            await store.append(one);
            for (const [key, value] of one) everybody.set(key, value);
        }
        await Promise.all([
            store.load(nobody),
            other.load(nobody),
            store.append(new Map([['late', person(daysAgo(clock, 0))]])),
        ]);
        records.delete = async () => {
            throw new Error('killed');
        };
        await store.load(nobody).catch(() => {});
        const afterwards = await open(new MemoryStore(), clock).store.load(nobody);
        expect(afterwards.size).toBe(0);
        const reopened = open(Object.assign(new MemoryStore(), { texts: records.texts }), clock).store;
        expect((await reopened.load(nobody)).size).toBe(41);
    });

    it('are erased under every address that led to the same person', async () => {
        const { records, clock, store } = open();
        const seenAt = daysAgo(clock, 1);
        await store.append(
            new Map([
                ['oldest', { ...person(seenAt, 'Sailor'), person: 'today' }],
                ['old', { ...person(seenAt, 'Sailor'), person: 'today' }],
                ['today', person(seenAt, 'Sailor')],
                ['other', { ...person(seenAt, 'Cook'), person: 'elsewhere' }],
            ]),
        );
        expect([...(await store.load(new Set(['old']))).keys()]).toEqual(['other']);
        expect([...records.texts.values()].join('')).not.toContain('Sailor');
    });

    it('stay when they cannot be read: a later version may read them', async () => {
        const { records, clock, store } = open();
        await records.set('people-later', { a: { seen: 'in another way' } });
        for (let n = 0; n < 3; n += 1) await store.append(new Map([[`p${n}`, person(daysAgo(clock, 1))]]));
        expect((await store.load(nobody)).size).toBe(3);
        expect(records.texts.has('people-later')).toBe(true);
    });

    it('hold no address', () => {
        const fingerprint = buildFingerprint('https://www.linkedin.com/in/ada-example/');
        expect(fingerprint).toMatch(/^[\w-]{22}$/);
        expect(fingerprint).not.toContain('ada');
    });
});
