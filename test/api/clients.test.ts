import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type Account, type RunningApi } from '../helpers/api/start-api.ts';

const run = promisify(execFile);

let api: RunningApi;
let account: Account;
let folder: string;

beforeAll(async () => {
    api = await startApi();
    account = await api.createAccount();
    folder = await mkdtemp(join(tmpdir(), 'clients-'));
});
afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true, force: true });
});

/** Runs a documented program as it is written, only host and key changed. */
async function runClient(command: string, file: string, key = account.testKey): Promise<unknown> {
    const written = await readFile(`test/api/clients/${file}`, 'utf8');
    const changed = written.replace('http://127.0.0.1:8080', api.origin).replace('atm_test_YOUR_KEY', key);
    expect(changed).not.toBe(written);
    const path = join(folder, basename(file));
    await writeFile(path, changed);
    await chmod(path, 0o755);
    const { stdout } = await run(command, [path]);
    return JSON.parse(stdout);
}

function isThere(command: string, ...words: string[]): boolean {
    try {
        execFileSync(command, words, { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

const clients = [
    { name: 'curl', command: 'sh', file: 'enrich.sh', isAtHand: isThere('curl', '--version') },
    { name: 'fetch', command: process.execPath, file: 'enrich.mjs', isAtHand: true },
    { name: 'requests', command: 'python3', file: 'enrich.py', isAtHand: isThere('python3', '-c', 'import requests') },
];

for (const { name, command, file, isAtHand } of clients) {
    describe.skipIf(!isAtHand)(
        `the documented client with ${name}${isAtHand ? '' : ' (NOT RUN: not installed)'}`,
        () => {
            it('gets what is documented, and the same when it asks again', async () => {
                const first = await runClient(command, file);
                expect(first).toMatchObject({
                    data: {
                        status: 'success',
                        url: 'https://www.linkedin.com/in/example-1/',
                        profile: expect.any(Object),
                    },
                    meta: { mode: 'test', credits_used: 0 },
                });
                expect(await runClient(command, file)).toEqual(first);
            });

            it('is told when its key is wrong', async () => {
                const failure = await runClient(command, file, 'atm_test_wrong').catch((error: unknown) => error);
                const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string };
                expect(code).not.toBe(0);
                expect(stdout + stderr).toContain('invalid_api_key');
            });
        },
    );
}

it('has every client program in the documentation as it is run here', async () => {
    const docs = await readFile('docs/api.md', 'utf8');
    for (const { file } of clients) {
        const program = (await readFile(`test/api/clients/${file}`, 'utf8')).replace(/^#!.*\n/, '').trim();
        expect(docs).toContain(program);
    }
});
