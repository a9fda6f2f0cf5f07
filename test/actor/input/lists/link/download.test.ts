import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadList } from '../../../../../src/actor/input/lists/link/download.ts';
import { isPrivateAddress } from '../../../../../src/actor/input/private-address.ts';
import { FakeClock } from '../../../../helpers/fake-clock.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../../../helpers/sites/scripted-server.ts';

const answer =
    (body: string | Buffer, headers: Record<string, string> = {}): Behaviour =>
    (response) =>
        response.writeHead(200, headers).end(body);

let server: Awaited<ReturnType<typeof startScriptedServer>>;
beforeAll(async () => {
    server = await startScriptedServer({
        '/list': answer('ada\n'),
        '/charset': answer('ada\n', { 'content-type': 'text/csv; charset=koi8-r' }),
        '/gzip': answer(gzipSync('ada\n'), { 'content-encoding': 'gzip' }),
        '/brotli': answer(brotliCompressSync('ada\n'), { 'content-encoding': 'br' }),
        '/moved': redirect('/list'),
        '/round': redirect('/round'),
        '/to-private': (response, request) =>
            redirect(`http://127.0.0.2:${request.socket.localPort}/list`)(response, request),
        '/to-file': redirect('file:///etc/hostname'),
        '/401': html('', 401),
        '/403': html('', 403),
        '/500': html('', 500),
        '/big': answer(Buffer.alloc(10 * 1024 * 1024 + 1, 'x')),
        '/bomb': answer(gzipSync(Buffer.alloc(20 * 1024 * 1024, 'x')), { 'content-encoding': 'gzip' }),
        '/broken': answer('no gzip', { 'content-encoding': 'gzip' }),
        '/hangs': (response) => void response.writeHead(200).write('ada\n'),
    });
});
afterAll(() => server.close());

const clock = new FakeClock();
const options = { clock, isForbidden: () => false, signal: new AbortController().signal };
const hidden = '; share it so that anyone with the link can read it';

describe('a linked list', () => {
    it.each([
        ['/list', ''],
        ['/charset', 'text/csv; charset=koi8-r'],
        ['/gzip', ''],
        ['/brotli', ''],
        ['/moved', ''],
    ])('at %s is downloaded', async (path, contentType) => {
        const bytes = Buffer.from('ada\n');
        expect(await downloadList(server.origin + path, options)).toEqual({ ok: true, bytes, contentType });
    });

    it.each([
        ['/401', `failed with status 401${hidden}`],
        ['/403', `failed with status 403${hidden}`],
        ['/nowhere', `failed with status 404${hidden}`],
        ['/500', 'failed with status 500'],
        ['/round', 'has too many redirects'],
        ['/to-file', 'must be a web address (https)'],
        ['/big', 'is larger than 10 MB'],
        ['/bomb', 'is larger than 10 MB'],
        ['/broken', 'could not be downloaded'],
    ])('at %s %s', async (path, problem) => {
        expect(await downloadList(server.origin + path, options)).toEqual({ ok: false, problem });
    });

    it.each([
        ['nonsense', 'has no valid address'],
        ['ftp://example.com/list', 'must be a web address (https)'],
        ['http://127.0.0.1:1/', 'could not be downloaded'],
    ])('%s %s', async (address, problem) => {
        expect(await downloadList(address, options)).toEqual({ ok: false, problem });
    });

    it.each([
        'http://127.0.0.1/',
        'http://2130706433/',
        'http://[::1]/',
        'http://localhost/',
        'http://[::ffff:127.0.0.1]/',
    ])('is not read from a private address: %s', async (address) => {
        const port = new URL(server.origin).port;
        const url = new URL('/list', address);
        url.port = port;
        const asked = server.asked.length;
        expect(await downloadList(url.href, { ...options, isForbidden: isPrivateAddress })).toEqual({
            ok: false,
            problem: 'is on a private address',
        });
        expect(server.asked).toHaveLength(asked);
    });

    it('is not read from a private address that it redirects to', async () => {
        const isForbidden = (address: string) => address === '127.0.0.2';
        expect(await downloadList(`${server.origin}/to-private`, { ...options, isForbidden })).toEqual({
            ok: false,
            problem: 'is on a private address',
        });
    });

    it('that hangs is abandoned at the timeout or on abort', async () => {
        const address = `${server.origin}/hangs`;
        const waiting = downloadList(address, options);
        await clock.advance(30_000);
        expect(await waiting).toEqual({ ok: false, problem: 'did not arrive within 30 seconds' });
        const controller = new AbortController();
        const fetching = downloadList(address, { ...options, signal: controller.signal });
        controller.abort(new Error('the run is ending'));
        await expect(fetching).rejects.toThrow('the run is ending');
    });
});
