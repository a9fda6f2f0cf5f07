import { afterEach, expect, it } from 'vitest';
import type { RequestListener } from 'node:http';
import { findProxyRefusal } from '../../../src/actor/platform/proxy-access.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { startLocalProxy } from '../../helpers/sites/local-proxy.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Checks a proxy that responds with `status`; returns the result and the requests received. */
async function ask(status: RequestListener) {
    const asked: string[] = [];
    const proxy = await startLocalProxy((request, response) => {
        asked.push(request.url ?? '');
        status(request, response);
    });
    cleanUps.push(() => proxy.close());
    const url = `http://groups-RESIDENTIAL:pa%25ss@${proxy.host}`;
    const refusal = await findProxyRefusal(url, 'http://proxy.apify.com', systemClock);
    return { refusal, asked, credentials: proxy.credentials };
}

const say =
    (status: object, code = 200): RequestListener =>
    (_, response) =>
        response.writeHead(code).end(JSON.stringify(status));

it('asks the proxy itself with the credentials of the proxy URL', async () => {
    const { refusal, asked, credentials } = await ask(say({ connected: true }));
    expect(refusal).toBeNull();
    expect(asked).toEqual(['http://proxy.apify.com/?format=json']);
    expect(credentials).toEqual(['groups-RESIDENTIAL:pa%ss']);
});

it.each<[string, RequestListener, string]>([
    [
        'denies access',
        say({ connected: false, connectionError: 'no access to RESIDENTIAL' }),
        'no access to RESIDENTIAL',
    ],
    ['rejects the password', say({}, 407), 'status 407'],
])('returns the reason when the proxy %s', async (_name, status, expected) => {
    expect((await ask(status)).refusal).toBe(expected);
});

it.each<[string, RequestListener]>([
    ['does not respond', (_, response) => void response.destroy()],
    ['returns invalid data', (_, response) => response.end('<html>')],
])('assumes a working proxy when it %s twice', async (_name, status) => {
    const { refusal, asked } = await ask(status);
    expect(refusal).toBeNull();
    expect(asked).toHaveLength(2);
});
