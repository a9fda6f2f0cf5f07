import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadList, toDownloadAddress, readLocalFile } from '../../../../src/actor/input/lists/list-file.ts';
import { isPrivateAddress } from '../../../../src/actor/input/private-address.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../../helpers/sites/scripted-server.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

const sheets = 'https://docs.google.com/spreadsheets';
const hrefOf = (address: string) => toDownloadAddress(new URL(address)).href;

describe('the address of a Google Sheet', () => {
    it.each([
        ['/d/ID/edit#gid=7', '/d/ID/export?format=csv&gid=7'],
        ['/d/ID/edit?gid=7#gid=7', '/d/ID/export?format=csv&gid=7'],
        ['/d/ID/view?usp=sharing', '/d/ID/export?format=csv'],
        ['/d/ID', '/d/ID/export?format=csv'],
        ['/d/ID/', '/d/ID/export?format=csv'],
        ['/d/ID/htmlview', '/d/ID/export?format=csv'],
        ['/u/1/d/ID/edit?usp=sharing&gid=0', '/d/ID/export?format=csv&gid=0'],
        ['/d/e/2PACX-1v_x/pubhtml', '/d/e/2PACX-1v_x/pub?output=csv'],
        ['/d/e/2PACX-1v_x/pubhtml?gid=3&single=true', '/d/e/2PACX-1v_x/pub?output=csv&gid=3&single=true'],
        ['/d/e/2PACX-1v_x/pub?output=csv', '/d/e/2PACX-1v_x/pub?output=csv'],
    ])('%s becomes %s', (path, expected) => {
        expect(hrefOf(sheets + path)).toBe(sheets + expected);
    });

    it.each([
        `${sheets}/d/ID/gviz/tq?tqx=out:csv&sheet=Second`,
        `${sheets}/d/ID/export?format=tsv`,
        'https://example.com/spreadsheets/d/ID/edit',
    ])('is not changed: %s', (address) => {
        expect(hrefOf(address)).toBe(address);
    });
});

describe('the address of a shared file', () => {
    it.each([
        [
            'https://drive.google.com/file/d/ID_1/view?usp=sharing',
            'https://drive.google.com/uc?export=download&id=ID_1',
        ],
        ['https://drive.google.com/open?id=ID_1', 'https://drive.google.com/uc?export=download&id=ID_1'],
        [
            'https://drive.google.com/file/d/ID/view?resourcekey=KEY',
            'https://drive.google.com/uc?export=download&id=ID&resourcekey=KEY',
        ],
        ['https://www.dropbox.com/s/abc/people.csv?dl=0', 'https://www.dropbox.com/s/abc/people.csv?dl=1'],
        [
            'https://www.dropbox.com/scl/fi/abc/p.csv?rlkey=k&dl=0',
            'https://www.dropbox.com/scl/fi/abc/p.csv?rlkey=k&dl=1',
        ],
        ['https://acme.sharepoint.com/:x:/s/team/ID?e=x', 'https://acme.sharepoint.com/:x:/s/team/ID?e=x&download=1'],
        [
            'https://github.com/acme/lists/blob/main/a/people.csv',
            'https://raw.githubusercontent.com/acme/lists/main/a/people.csv',
        ],
        ['https://docs.google.com/document/d/ID/edit', 'https://docs.google.com/document/d/ID/export?format=txt'],
    ])('%s becomes %s', (address, expected) => expect(hrefOf(address)).toBe(expected));

    it.each([
        'https://drive.google.com/drive/folders/ID',
        'https://drive.google.com/drive/u/0/folders/ID?usp=sharing',
        'https://www.dropbox.com/sh/abc/def?dl=0',
        'https://www.dropbox.com/scl/fo/abc/def?rlkey=k',
        'https://acme.sharepoint.com/:f:/s/team/ID',
    ])('%s is a folder', async (address) => {
        const problem = 'is a folder; link the file in it';
        expect(await downloadList(address, options)).toEqual({ ok: false, problem });
    });
});

describe('a file with a list', () => {
    it('is read by its path, or reported missing with the full path', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'lists-'));
        const path = join(folder, 'people.csv');
        await writeFile(path, 'ada');
        const expected = { ok: true, bytes: Buffer.from('ada'), contentType: '' };
        expect(await readLocalFile(path)).toEqual(expected);
        expect(await readLocalFile(pathToFileURL(path).href)).toEqual(expected);
        expect(await readLocalFile(join(folder, 'none.csv'))).toEqual({
            ok: false,
            problem: `does not exist (${join(folder, 'none.csv')})`,
        });
        await writeFile(path, Buffer.alloc(10 * 1024 * 1024 + 1));
        expect(await readLocalFile(path)).toEqual({ ok: false, problem: 'is larger than 10 MB' });
        await rm(folder, { recursive: true });
    });
});
