import { describe, expect, it } from 'vitest';
import type { Browser, HttpClient } from '../../../src/sources/public-page/http/http-client.ts';
import {
    createSessions,
    type Session,
    type Sessions,
    type SessionVerdict,
} from '../../../src/sources/public-page/sessions.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

type FakeBrowser = Browser & { proxyUrl: string | undefined; userAgent: string; isClosed: boolean };

/** Sessions with fake browsers. */
function setUp({ isProxied = true, maxUses = 6 } = {}) {
    const clock = new FakeClock();
    const browsers: FakeBrowser[] = [];
    const headerSet = { chromeVersion: 1, secChUa: '', platform: '', accept: '' };
    let turn = 0;
    const client: HttpClient = {
        name: 'node',
        headerSets: ['first', 'second', 'third'].map((userAgent) => ({ ...headerSet, userAgent })),
        openBrowser({ headerSet: { userAgent }, proxyUrl }) {
            const browser: FakeBrowser = {
                proxyUrl,
                userAgent,
                isClosed: false,
                send: () => () => {},
                takeBytes: () => null,
                close() {
                    browser.isClosed = true;
                },
            };
            browsers.push(browser);
            return browser;
        },
    };
    const sessions = createSessions({
        client,
        proxy: isProxied ? { newUrl: async (id) => `http://${id}@proxy.example:8000` } : null,
        maxUses,
        clock,
        random: () => ((turn += 1) % 3) / 3,
    });
    return { clock, sessions, browsers };
}

async function use(sessions: Sessions, verdict: SessionVerdict = 'good'): Promise<Session> {
    const session = await sessions.acquire();
    sessions.release(session, verdict);
    return session;
}

describe('sessions behind a proxy', () => {
    it('have their own browser and address, and serve one request at a time', async () => {
        const { sessions, browsers } = setUp();
        const all = await Promise.all(Array.from({ length: 5 }, () => sessions.acquire()));
        expect(new Set(all.map(({ id }) => id)).size).toBe(5);
        expect(browsers.map(({ proxyUrl }) => proxyUrl)).toEqual(
            all.map(({ id }) => `http://${id}@proxy.example:8000`),
        );
    });

    it('rest after a use, and the least recently used is next', async () => {
        const { clock, sessions } = setUp();
        const first = await use(sessions);
        const second = await use(sessions);
        expect(second).not.toBe(first);
        await clock.advance(2_000);
        expect(await sessions.acquire()).toBe(first);
        expect(await sessions.acquire()).toBe(second);
    });

    it.each([
        ['six profiles', undefined, 6],
        ['the number in the input', 2, 2],
    ])('fetch %s and are then retired', async (_name, maxUses, expected) => {
        const { clock, sessions, browsers } = setUp(maxUses === undefined ? {} : { maxUses });
        const uses: number[] = [];
        const first = await use(sessions);
        uses.push(first.use);
        for (;;) {
            await clock.advance(2_000);
            const next = await use(sessions);
            if (next !== first) break;
            uses.push(next.use);
        }
        expect(uses).toEqual(Array.from({ length: expected }, (_, place) => place + 1));
        expect(browsers[0]?.isClosed).toBe(true);
        expect(browsers[1]?.isClosed).toBe(false);
    });

    it('are retired by a refusal', async () => {
        const { clock, sessions, browsers } = setUp();
        const refused = await use(sessions, 'refused');
        await clock.advance(2_000);
        expect(await sessions.acquire()).not.toBe(refused);
        expect(browsers[0]?.isClosed).toBe(true);
    });

    it('are retired by the second timeout, not the first', async () => {
        const { clock, sessions } = setUp();
        const slow = await use(sessions, 'timeout');
        await clock.advance(2_000);
        expect(await use(sessions, 'timeout')).toBe(slow);
        await clock.advance(2_000);
        expect(await use(sessions)).not.toBe(slow);
    });

    it('are retired after a minute without use', async () => {
        const { clock, sessions, browsers } = setUp();
        const idle = await use(sessions);
        await clock.advance(61_000);
        expect(await sessions.acquire()).not.toBe(idle);
        expect(browsers[0]?.isClosed).toBe(true);
    });

    it.each([0.5, 4, 40])('are as many as %d requests a second need, so that none idles for a minute', async (rate) => {
        const { clock, sessions, browsers } = setUp();
        const lastUsed = new Map<Session, number>();
        let longestIdleMs = 0;
        for (let sent = 0; sent < rate * 60; sent += 1) {
            const session = await sessions.acquire();
            longestIdleMs = Math.max(longestIdleMs, clock.elapsed() - (lastUsed.get(session) ?? clock.elapsed()));
            void clock.sleep(1_000).then(() => {
                lastUsed.set(session, clock.elapsed());
                sessions.release(session, 'good');
            });
            await clock.advance(1_000 / rate);
        }
        expect(longestIdleMs).toBeLessThan(60_000);
        expect(browsers.filter(({ isClosed }) => !isClosed).length).toBeLessThan(rate * 3 + 10);
    });

    it('rest less when the rate needs more connections than the limit', async () => {
        const { sessions, browsers } = setUp();
        for (let sent = 0; sent < 1_000; sent += 1) await use(sessions);
        expect(browsers.filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(201);
    });

    it('close their browsers with the source', async () => {
        const { sessions, browsers } = setUp();
        for (let sent = 0; sent < 3; sent += 1) await use(sessions);
        sessions.close();
        expect(browsers.every(({ isClosed }) => isClosed)).toBe(true);
    });
});

describe('sessions without a proxy', () => {
    it('never have to rest, and share one browser: different headers on one connection are implausible', async () => {
        const { sessions, browsers } = setUp({ isProxied: false });
        const all = await Promise.all(Array.from({ length: 50 }, () => sessions.acquire()));
        expect(browsers).toHaveLength(1);
        expect(new Set(all.map(({ id }) => id)).size).toBe(10);
    });

    it('are used in turn', async () => {
        const { sessions } = setUp({ isProxied: false });
        const ids: string[] = [];
        for (let sent = 0; sent < 30; sent += 1) ids.push((await use(sessions)).id);
        expect(ids.slice(10, 20)).toEqual(ids.slice(0, 10));
    });

    it('fetch no more profiles than others', async () => {
        const { sessions } = setUp({ isProxied: false });
        const uses = new Map<string, number>();
        for (let sent = 0; sent < 200; sent += 1) {
            const { id } = await use(sessions);
            uses.set(id, (uses.get(id) ?? 0) + 1);
        }
        expect(Math.max(...uses.values())).toBe(6);
    });

    it('get another browser after a refusal; requests in flight keep the old one', async () => {
        const { sessions, browsers } = setUp({ isProxied: false });
        const waiting = await sessions.acquire();
        await use(sessions, 'refused');
        await use(sessions);
        expect(browsers.map(({ userAgent }) => userAgent)).toHaveLength(2);
        expect(browsers[0]?.userAgent).not.toBe(browsers[1]?.userAgent);
        expect(browsers[0]?.isClosed).toBe(false);
        sessions.release(waiting, 'refused');
        expect(browsers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    });
});
