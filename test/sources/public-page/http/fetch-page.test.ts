import { describe, expect, it } from 'vitest';
import { fetchPage } from '../../../../src/sources/public-page/http/fetch-page.ts';
import {
    ExchangeError,
    type Browser,
    type ExchangeEvents,
} from '../../../../src/sources/public-page/http/http-client.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

describe('one request', () => {
    /** A browser whose only request is scripted by the test. */
    function scriptBrowser() {
        const state: { events: ExchangeEvents | null; isGivenUp: boolean } = { events: null, isGivenUp: false };
        const browser: Browser = {
            send(_, events) {
                state.events = events;
                return () => {
                    state.isGivenUp = true;
                };
            },
            takeBytes: () => null,
            close: () => {},
        };
        return { browser, state, events: () => state.events! };
    }

    function start(browser: Browser, { clock = new FakeClock(), signal = new AbortController().signal } = {}) {
        const url = new URL('https://www.linkedin.com/in/a/');
        const target = { host: url.host, path: url.pathname, cookies: [], isRedirect: false };
        const wantsBody = ({ statusCode }: { statusCode: number }) => statusCode === 200;
        return fetchPage(browser, {
            url,
            target,
            timeoutMs: 1000,
            clock,
            signal,
            onSent: undefined,
            wantsBody,
            readBody: String,
        });
    }

    it.each([
        ['no connection', false, { kind: 'broken', error: { detail: 'ETIMEDOUT' }, head: null }],
        ['a silent server', true, { kind: 'timeout' }],
    ])('that times out: %s', async (_name, isConnected, expected) => {
        const clock = new FakeClock();
        const { browser, state, events } = scriptBrowser();
        const fetching = start(browser, { clock });
        if (isConnected) events().onConnected();
        expect(await clock.runUntil(fetching)).toMatchObject(expected);
        expect(state.isGivenUp).toBe(true);
    });

    it('uses the head when an unwanted body does not end', async () => {
        const clock = new FakeClock();
        const { browser, events } = scriptBrowser();
        const fetching = start(browser, { clock });
        events().onConnected();
        events().onHead({ statusCode: 999, headers: {} });
        expect(await clock.runUntil(fetching)).toMatchObject({ kind: 'responded', head: { statusCode: 999 } });
    });

    it('reads a limited part of an unwanted body, so that the connection can be reused', async () => {
        const { browser, state, events } = scriptBrowser();
        const fetching = start(browser);
        events().onHead({ statusCode: 302, headers: {} });
        events().onData(Buffer.alloc(1500));
        expect(state.isGivenUp).toBe(false);
        events().onData(Buffer.alloc(1024 * 1024));
        expect(await fetching).toMatchObject({ kind: 'responded', content: null });
        expect(state.isGivenUp).toBe(true);
    });

    it('rejects with errors of `wantsBody`, without throwing them in the client', async () => {
        const { browser, state, events } = scriptBrowser();
        const fetching = start(browser);
        const wrongHead = new Proxy(
            { statusCode: 200, headers: {} },
            {
                get() {
                    throw new TypeError('a bug');
                },
            },
        );
        events().onHead(wrongHead);
        await expect(fetching).rejects.toThrow('a bug');
        expect(state.isGivenUp).toBe(true);
    });

    it('ends with the first ending event', async () => {
        const { browser, events } = scriptBrowser();
        const fetching = start(browser);
        events().onHead({ statusCode: 200, headers: {} });
        events().onData(Buffer.from('whole'));
        events().onEnd();
        events().onError(new ExchangeError('ECONNRESET'));
        expect(await fetching).toMatchObject({ kind: 'responded', content: 'whole' });
    });

    it('rejects with the reason when aborted, and is cancelled', async () => {
        const controller = new AbortController();
        const { browser, state } = scriptBrowser();
        const fetching = start(browser, { signal: controller.signal });
        controller.abort(new Error('the run is ending'));
        await expect(fetching).rejects.toThrow('the run is ending');
        expect(state.isGivenUp).toBe(true);
    });
});
