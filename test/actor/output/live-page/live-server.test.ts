import { afterEach, describe, expect, it } from 'vitest';
import { startLiveServer, type LiveServer } from '../../../../src/actor/output/live-page/live-server.ts';
import {
    describeForScreenReaders,
    describeState,
    type LiveEnding,
    type LiveState,
} from '../../../../src/actor/output/live-page/live-state.ts';
import { renderLivePage } from '../../../../src/actor/output/live-page/render-live-page.ts';
import { buildLiveState } from '../../../helpers/runs/build-live-state.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

const endingOf = (kind: LiveEnding['kind'], why = ''): LiveEnding => ({
    kind,
    why,
    at: Date.parse('2026-01-01T10:05:00Z'),
    places: [],
});

let server: LiveServer | undefined;
afterEach(() => server?.close());

async function serve(state: () => LiveState, clock = new FakeClock()) {
    server = await startLiveServer({ port: 0, host: '127.0.0.1', clock, getState: state });
    const origin = `http://127.0.0.1:${server.port}`;
    return { server, clock, origin };
}

describe('the live page', () => {
    it('is readable without scripts and refreshes itself', async () => {
        const { origin } = await serve(() => buildLiveState());
        const answer = await fetch(origin);
        const html = await answer.text();
        expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
        expect(html).toContain('Running, 3 min left.');
        expect(html).toContain('<dd>250<small>of 1,000</small></dd>');
        expect(html).toContain('line 12 · found · 0.4 s');
        expect(html).toContain('profiles, $2.00');
        expect(html).toContain('<td>LinkedIn did not respond in time.</td><td>Try again later.</td>');
        expect(html).toContain('7 and 9 more');
        expect(html).toContain('<time datetime="2026-01-01T10:00:00.000Z">10:00:00');
    });

    it('loads nothing from other hosts and forbids it', async () => {
        const { origin } = await serve(() => buildLiveState());
        for (const path of ['', '/style.css', '/live.js']) {
            const answer = await fetch(`${origin}${path}`);
            expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
            expect(await answer.text()).not.toMatch(/(?:src|href|url\(|import|fetch)[^\n]{0,12}(?:https?:)?\/\//);
        }
    });

    it('responds to the readiness probe, and with 404 to unknown paths', async () => {
        const { origin } = await serve(() => buildLiveState());
        const probe = await fetch(`${origin}/nowhere`, {
            headers: { 'x-apify-container-server-readiness-probe': '1' },
        });
        expect(probe.status).toBe(200);
        expect((await fetch(`${origin}/nowhere`)).status).toBe(404);
        expect((await fetch(origin, { method: 'POST', body: 'x' })).status).toBe(405);
        expect((await fetch(`${origin}/events`, { method: 'HEAD' })).status).toBe(200);
    });

    it('fails alone: a state that cannot be rendered ends neither the server nor the run', async () => {
        let isBroken = false;
        const { server, clock, origin } = await serve(() => {
            if (isBroken) throw new Error('a bug');
            return buildLiveState();
        });
        const events = readEvents(await fetch(`${origin}/events`));
        const before = (await events.next()).value?.data;
        isBroken = true;
        await clock.advance(1_000);
        expect((await fetch(origin)).status).toBe(500);
        expect((await fetch(`${origin}/style.css`)).status).toBe(200);
        expect((await fetch(`${origin}/events`)).status).toBe(500);
        await clock.runUntil(server.end());
        expect((await events.next()).value).toEqual({ event: 'state', data: before });
        expect((await events.next()).value?.event).toBe('end');
    });

    it('sends changes, then the final state, then the end', async () => {
        let state = buildLiveState();
        const { server, clock, origin } = await serve(() => state);
        const answer = await fetch(`${origin}/events`);
        const events = readEvents(answer);
        expect(Object.keys((await events.next()).value?.data ?? {})).toHaveLength(11);
        state = buildLiveState({ pausedMs: 12_000 });
        const changes = events.next();
        await clock.advance(1_000);
        expect((await changes).value?.data).toEqual({
            announcement: 'Paused: LinkedIn asked for fewer requests.',
            sentence:
                'Paused for another 12 s: LinkedIn asked for fewer requests. Nothing is lost; the run continues by itself.',
        });
        state = buildLiveState({ ending: endingOf('completed') });
        const ending = clock.runUntil(server.end());
        const last = await events.next();
        expect(last.value?.data['sentence']).toBe('Completed: every line is done.');
        expect((await events.next()).value?.event).toBe('end');
        expect((await events.next()).done).toBe(true);
        await ending;
    });

    it('does not delay a run whose page was not viewed', async () => {
        const { server, origin } = await serve(() => buildLiveState({ ending: endingOf('completed') }));
        // The fake clock does not advance: any wait would never end.
        await server.end();
        await expect(fetch(origin)).rejects.toThrow('fetch failed');
    });

    it('cannot start on a port in use', async () => {
        const { server, clock } = await serve(() => buildLiveState());
        const second = startLiveServer({
            port: server.port,
            host: '127.0.0.1',
            clock,
            getState: () => buildLiveState(),
        });
        await expect(second).rejects.toThrow('EADDRINUSE');
    });

    it('shows the final state without refreshing', () => {
        const html = renderLivePage(buildLiveState({ ending: endingOf('completed') }));
        expect(html).toContain('Completed: every line is done.');
        expect(html).toContain('<dt>Ended</dt><dd><time datetime="2026-01-01T10:05:00.000Z">10:05:00');
        expect(html).not.toMatch(/refresh|<script/);
    });

    it.each([
        ['completed', 'good', 'Completed'],
        ['timeout', 'warn', 'Stopped early'],
        ['refused', 'bad', 'Failed'],
    ] as const)('has the colour of the ending: %s', (kind, tone, word) => {
        const html = renderLivePage(buildLiveState({ ending: endingOf(kind, 'The reason.') }));
        expect(html).toContain(`<progress class="${tone}"`);
        expect(html).toContain(`${word}. The reason.`);
    });

    it('links the results of a finished run in Console, or shows local paths', () => {
        const url = 'https://console.apify.com/storage/datasets/abc';
        const places = [{ name: 'Rows', url }];
        expect(renderLivePage(buildLiveState({ ending: { ...endingOf('completed'), places } }))).toContain(
            `<a href="${url}">Rows</a>`,
        );
        const local = [{ name: 'Report', storageDir: '/tmp/"x', path: 'REPORT.html', note: '' }];
        expect(renderLivePage(buildLiveState({ ending: { ...endingOf('completed'), places: local } }))).toContain(
            '<code data-text="/tmp/&quot;x/REPORT.html">/tmp/&quot;x/REPORT.html</code>',
        );
    });

    it('shows each number once', () => {
        const { totals } = buildLiveState();
        totals.found = 217;
        const page = renderLivePage(buildLiveState({ totals }));
        expect(page.match(/217/g)).toHaveLength(1);
    });
});

describe('the state sentence', () => {
    it.each([
        [{ stopReason: 'migrating' as const }, 'Migrating: the run continues on another server.'],
        [{ stopReason: 'timeout' as const }, 'Stopping: the run is close to its timeout.'],
        [
            { metrics: { ...buildLiveState().metrics, refusedInARow: 7 } },
            'Running, but LinkedIn refused the last 7 profiles.',
        ],
    ])('matches %j', (changes, sentence) => {
        expect(describeState(buildLiveState(changes))).toContain(sentence);
    });

    it('is announced to screen readers at every tenth only', () => {
        const heard = new Set(
            Array.from({ length: 1001 }, (_, done) => {
                const { totals } = buildLiveState();
                return describeForScreenReaders(buildLiveState({ totals: { ...totals, remaining: 1000 - done } }));
            }),
        );
        expect(heard.size).toBe(11);
    });
});

type ServerEvent = { event: string; data: Record<string, string> };

async function* readEvents(answer: Response): AsyncGenerator<ServerEvent> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
            const [, event = '', data = '{}'] = /event: (.*)\ndata: (.*)/.exec(text.slice(0, end)) ?? [];
            text = text.slice(end + 2);
            yield { event, data: JSON.parse(data) as Record<string, string> };
        }
    }
}
