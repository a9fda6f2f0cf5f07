import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestHolder, lockFolder } from '../../../src/accounts/database/folder-lock.ts';

let folder: string;

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lock = () => lockFolder(folder);

describe('lockFolder', () => {
    it('gives the folder to one holder, and to the next after its release', async () => {
        const first = await lock();
        expect(first).not.toBeNull();
        expect(await lock()).toBeNull();
        await first?.release();
        const second = await lock();
        expect(second).not.toBeNull();
        await second?.release();
        expect(await readdir(folder)).toEqual([]);
    });

    it('never has two holders among concurrent contenders', async () => {
        for (let round = 0; round < 20; round += 1) {
            const locks = (await Promise.all(Array.from({ length: 8 }, lock))).filter((taken) => taken !== null);
            expect(locks.length).toBeLessThanOrEqual(1);
            await Promise.all(locks.map((taken) => taken.release()));
        }
    });

    it('reports a holder as busy until it can respond, then returns its response', async () => {
        expect(await requestHolder(folder, 'hello')).toEqual({ kind: 'free' });
        const held = await lock();
        expect(await requestHolder(folder, 'hello')).toEqual({ kind: 'busy' });
        held?.serve((_request, response) => response.writeHead(200).end('answer'));
        expect(await requestHolder(folder, 'hello')).toBe('answer');
        await held?.release();
        expect(await requestHolder(folder, 'hello')).toEqual({ kind: 'free' });
    });

    it('fails with one sentence if the path is too long for a socket', async () => {
        const deep = join(folder, 'x'.repeat(100));
        await mkdir(deep);
        await expect(lockFolder(deep)).rejects.toThrow('The path of the folder is too long for a socket');
    });
});
