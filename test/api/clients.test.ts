import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrichPath } from '../../src/api/app.ts';
import { buildCodeSamples } from '../../src/api/openapi/code-samples.ts';
import { startApi, type Account, type RunningApi } from '../helpers/api/start-api.ts';

const run = promisify(execFile);

let api: RunningApi;
let account: Account;
let folder: string;
/** A proxy in front of the API that can refuse requests and records their keys. */
let front: Server;
let keys: string[];
let refusalsLeft = 0;

beforeAll(async () => {
    api = await startApi();
    account = await api.createAccount();
    folder = await mkdtemp(join(tmpdir(), 'clients-'));
    front = createServer((request, response) => void answer(request, response));
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
});
beforeEach(() => {
    keys = [];
    refusalsLeft = 0;
});
afterAll(async () => {
    front.close();
    await api.stop();
    await rm(folder, { recursive: true, force: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const key = String(request.headers['idempotency-key']);
    keys.push(key);
    if (refusalsLeft > 0) {
        refusalsLeft -= 1;
        const error = { code: 'overloaded', message: 'Too much to do.', retryable: true, request_id: 'req_1' };
        response.writeHead(503, { 'Content-Type': 'application/json', 'Retry-After': '0' });
        response.end(JSON.stringify({ error }));
        return;
    }
    const headers = { authorization: request.headers.authorization ?? '', 'idempotency-key': key };
    const { status, text } = await api.send(request.url ?? '', { method: 'POST', body, headers });
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
}

/** Runs an unmodified sample program against the API. */
async function runSample({ label, command, extension }: (typeof clients)[number], key = account.testKey) {
    const endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}${enrichPath}`;
    const sample = buildCodeSamples({ endpoint, key }).find((one) => one.label === label);
    const path = join(folder, `enrich.${extension}`);
    await writeFile(path, sample?.source ?? '');
    const { stdout } = await run(command, [path], { cwd: folder });
    return JSON.parse(label === 'curl' ? await readProfile() : stdout) as unknown;
}

/** The file written by curl: with `--retry`, it prints the bodies of all attempts. */
const readProfile = () => readFile(join(folder, 'profile.json'), 'utf8');

function isThere(command: string, ...words: string[]): boolean {
    try {
        execFileSync(command, words, { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

const clients = [
    {
        label: 'curl',
        command: 'sh',
        extension: 'sh',
        isAvailable: isThere('curl', '--version') && isThere('openssl', 'version'),
    },
    { label: 'JavaScript', command: process.execPath, extension: 'mjs', isAvailable: true },
    { label: 'Python', command: 'python3', extension: 'py', isAvailable: isThere('python3', '-c', 'import requests') },
];

for (const client of clients) {
    const { label, isAvailable } = client;
    describe.skipIf(!isAvailable)(`the sample in ${label}${isAvailable ? '' : ' (NOT RUN: not installed)'}`, () => {
        it('gets the documented response, with a new Idempotency-Key per run', async () => {
            const found = {
                data: {
                    status: 'success',
                    url: 'https://www.linkedin.com/in/example-1/',
                    profile: expect.any(Object),
                },
                meta: { mode: 'test', credits_used: 0 },
            };
            expect(await runSample(client)).toMatchObject(found);
            expect(await runSample(client)).toMatchObject(found);
            expect(new Set(keys).size).toBe(2);
            for (const key of keys) expect(key).toMatch(/^[\da-f-]{32,36}$/);
        });

        it('keeps its Idempotency-Key when it retries', async () => {
            refusalsLeft = 2;
            expect(await runSample(client)).toMatchObject({ data: { status: 'success' } });
            expect(keys).toHaveLength(3);
            expect(new Set(keys).size).toBe(1);
        });

        it('reports an invalid API key and does not retry', async () => {
            const failure = await runSample(client, 'atm_test_wrong').catch((error: unknown) => error);
            const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string };
            expect(code).not.toBe(0);
            expect(label === 'curl' ? await readProfile() : stdout + stderr).toContain('invalid_api_key');
            expect(keys).toHaveLength(1);
        });
    });
}

it('has every sample program in the documentation, unmodified', async () => {
    const docs = await readFile('docs/api.md', 'utf8');
    const samples = buildCodeSamples({ endpoint: `http://127.0.0.1:8080${enrichPath}`, key: 'atm_test_YOUR_KEY' });
    for (const { source } of samples) expect(docs).toContain(source);
});
