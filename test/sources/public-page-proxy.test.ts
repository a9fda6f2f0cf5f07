import { afterEach, describe, expect, it } from 'vitest';
import { createPublicPageSource } from '../../src/sources/public-page/public-page-source.ts';
import { generatePerson } from '../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../src/sources/sandbox/render-page.ts';
import { startLocalProxy } from '../helpers/local-proxy.ts';
import { html } from '../helpers/scripted-server.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Asks `times` times through a proxy, one after the other; the site's name exists nowhere but there. */
async function askThroughProxy(answer: ReturnType<typeof html>, times = 1) {
    const proxy = await startLocalProxy((request, response) => answer(response, request));
    const source = await createPublicPageSource({ origin: 'http://profiles.test', proxy: proxy.configuration });
    cleanUps.push(
        () => proxy.close(),
        () => source.close(),
    );
    const signal = new AbortController().signal;
    const outcomes = [];
    for (let n = 0; n < times; n += 1) {
        outcomes.push(await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal }));
    }
    return { outcomes, sessions: proxy.sessions };
}

/** More than the pool of sessions holds: some must be used twice, unless they are retired. */
const moreThanThePool = 230;

describe('behind a proxy', () => {
    it('every request goes through it, as the session it belongs to', async () => {
        const page = renderPage(generatePerson('ada-example', { kind: 'example', number: 4 }));
        const { outcomes, sessions } = await askThroughProxy(html(page));
        expect(outcomes).toMatchObject([{ kind: 'found' }]);
        expect(sessions).toEqual([expect.stringMatching(/^session_/)]);
    });

    it('a session that was refused is never used again', async () => {
        const { outcomes, sessions } = await askThroughProxy(html('', 999), moreThanThePool);
        expect(outcomes.every((outcome) => outcome.kind === 'failed' && outcome.isRefusal)).toBe(true);
        expect(new Set(sessions).size).toBe(moreThanThePool);
    });

    it('a session that was answered is', async () => {
        const { sessions } = await askThroughProxy(html('', 404), moreThanThePool);
        expect(new Set(sessions).size).toBeLessThan(moreThanThePool);
    });

    it('a proxy that cannot be reached is a refusal, and never a request without it', async () => {
        const source = await createPublicPageSource({
            origin: 'http://127.0.0.1:9',
            proxy: { newUrl: async () => 'http://127.0.0.1:1' },
        });
        cleanUps.push(() => source.close());
        const outcome = await source.fetchProfile({
            handle: 'ada-example',
            timeoutMs: 5000,
            signal: new AbortController().signal,
        });
        expect(outcome).toMatchObject({
            kind: 'failed',
            isRefusal: true,
            detail: expect.stringContaining('the proxy'),
        });
    });
});
