import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendCommand } from '../../src/accounts/cli/command-socket.ts';
import { openAccounts } from '../../src/accounts/database/open-accounts.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { goThroughCommands } from '../helpers/api/go-through-commands.ts';
import { runAccounts, runApi, runProgram } from '../helpers/api/run-api.ts';

let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'accounts-'));
    env = { ACCOUNTS_DIR: folder };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('works on the folder while no server runs, and prints a table or one JSON object', async () => {
    const made = await runAccounts(['tenant', 'create', 'Acme Example', '--credits', '7', '--json'], env);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const { tenant_id: tenantId } = JSON.parse(made.stdout);
    const listed = await runAccounts(['tenant', 'list'], env);
    expect(listed.stdout).toMatch(new RegExp(`^tenant_id +name +credits\\n${tenantId} +Acme Example +7\\n$`));
}, 60_000);

it('exits with 1 and one sentence on failure', async () => {
    const failed = await runAccounts(['usage', 'ten_x'], env);
    expect(failed).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'There is no tenant "ten_x". `tenant list` shows them.\n',
    });
    const wrong = await runAccounts(['tenant', 'list'], { ...env, DATABASE_URL: 'mysql://x' });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toMatch(/^The environment variable DATABASE_URL must be a PostgreSQL address[^\n]*\.\n$/);
    const gone = 'postgresql://ada:secret@127.0.0.1:1/accounts';
    for (const program of ['accounts-main.js', 'api-main.js']) {
        expect(await runProgram(program, ['tenant', 'list'], { ...env, DATABASE_URL: gone })).toEqual({
            exitCode: 1,
            stdout: '',
            stderr: 'The accounts cannot be reached: PostgreSQL at 127.0.0.1:1, database accounts. No server is listening there (ECONNREFUSED). Start the server, or correct DATABASE_URL.\n',
        });
    }
}, 60_000);

it('reports invalid arguments and shows help without opening the accounts', async () => {
    const nowhere = { DATABASE_URL: 'postgresql://127.0.0.1:1/accounts' };
    const mistyped = await runAccounts(['tenant', 'create'], nowhere);
    expect(mistyped).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('needs <name>') });
    const help = await runAccounts(['--help'], nowhere);
    expect(help).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('tenant create <name>') });
}, 60_000);

it('exits with 1 when the port is in use, releases the accounts, and creates no unseen key', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
        other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    const failed = await runProgram('api-main.js', [], { ...env, PORT: String(port) });
    other.close();
    expect(failed).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `The API cannot listen on 127.0.0.1:${port}: the port is in use. Stop the program that uses it, or set another PORT.\n`,
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.sock'))).toEqual([]);
    const listed = await runAccounts(['tenant', 'list', '--json'], env);
    expect(listed.stdout).not.toContain('first account');
}, 60_000);

it('goes through a running server, with immediate effect; a kill loses nothing', async () => {
    const api = await runApi(env);
    const send = (words: string[]) => sendCommand({ folder }, words, systemClock);
    await goThroughCommands(send);
    const socket = (await readdir(folder)).find((name) => name.endsWith('.sock'));
    expect((await stat(join(folder, socket ?? ''))).mode & 0o777).toBe(0o600);
    expect(await openAccounts({ folder }, systemClock, 0)).toBeNull();
    const second = runProgram('api-main.js', [], { ...env, PORT: '0' });

    const { stdout } = await runAccounts(['tenant', 'create', 'Late', '--credits', '3', '--json'], env);
    const { tenant_id: tenantId } = JSON.parse(stdout);
    const made = await send(['key', 'create', tenantId, '--test']);
    const response = await fetch(`${api.origin}/v1/linkedin-profile-enrichment/enrich`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${made.ok ? String(made.answer['key']) : ''}` },
        body: JSON.stringify({ url: 'https://www.linkedin.com/in/example-1/' }),
    });
    expect(response.status).toBe(200);

    expect(await second).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `Another process holds the accounts in ${folder}, most likely an API that runs already. Stop it, name another folder in ACCOUNTS_DIR, or let both share a PostgreSQL server by DATABASE_URL.\n`,
    });
    await api.kill();
    expect(await send(['usage', tenantId])).toEqual({
        ok: true,
        answer: {
            tenant_id: tenantId,
            credits: 3,
            reserved: 0,
            used: 0,
            days: [{ date: expect.any(String), requests: 1, credits_used: 0 }],
        },
    });
}, 60_000);

it('runs concurrent commands one after the other', async () => {
    const made = await Promise.all(
        ['a', 'b', 'c'].map((name) => sendCommand({ folder }, ['tenant', 'create', name], systemClock)),
    );
    const listed = await sendCommand({ folder }, ['tenant', 'list'], systemClock);
    const tenants = listed.ok ? listed.answer['tenants'] : [];
    for (const outcome of made) expect(tenants).toContainEqual(outcome.ok ? outcome.answer : outcome.message);
}, 60_000);

it('recreates the embedded database when its first start was killed at any time', async () => {
    const fresh = join(folder, 'killed');
    for (const afterMs of [200, 500, 800, 1100, 1400]) {
        const child = spawn(process.execPath, ['dist-api/accounts-main.js', 'tenant', 'list'], {
            env: { PATH: process.env['PATH'], ACCOUNTS_DIR: fresh },
            stdio: 'ignore',
        });
        // It may finish before the kill.
        const ended = once(child, 'exit');
        await systemClock.sleep(afterMs);
        child.kill('SIGKILL');
        await ended;
    }
    // What the first version left after a kill: an unusable folder.
    await rm(join(fresh, 'data'), { recursive: true, force: true });
    await mkdir(join(fresh, 'data', 'base'), { recursive: true });
    await mkdir(join(fresh, 'making-0123456789ab'), { recursive: true });
    const listed = await runAccounts(['tenant', 'list', '--json'], { ACCOUNTS_DIR: fresh });
    expect(listed).toEqual({ exitCode: 0, stdout: '{"tenants":[]}\n', stderr: '' });
    expect(await readdir(fresh)).toEqual(['data']);
}, 60_000);

it('reports accounts that cannot be opened, with advice', async () => {
    const damaged = join(folder, 'damaged');
    await mkdir(join(damaged, 'data', 'global'), { recursive: true });
    await writeFile(join(damaged, 'data', 'PG_VERSION'), '17\n');
    await writeFile(join(damaged, 'data', 'global', 'pg_control'), 'half a file');
    const failed = await runAccounts(['tenant', 'list'], { ACCOUNTS_DIR: damaged });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toBe(
        `The accounts in ${damaged} cannot be opened. Check that the disk has room and that this user may write to the folder; otherwise it may be damaged: restore a backup.\n`,
    );
}, 60_000);

it.skipIf(process.platform === 'win32')(
    'shuts down cleanly on SIGTERM to `npm run api`',
    async () => {
        const { DATABASE_URL: _, ...others } = process.env;
        const npm = spawn('npm', ['run', 'api'], { env: { ...others, ...env, PORT: '0' }, stdio: 'pipe' });
        let log = '';
        npm.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
        await expect.poll(() => log, { timeout: 50_000 }).toContain('Accounts: embedded');
        // The output is closed by the last process writing to it, which is not npm.
        const ended = once(npm, 'close');
        npm.kill('SIGTERM');
        await ended;
        expect(log).toContain('Stopping: no new requests');
        expect((await readdir(folder)).filter((name) => name.endsWith('.sock'))).toEqual([]);
    },
    60_000,
);
