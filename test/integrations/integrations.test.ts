import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../helpers/parse-csv.ts';
import { readBody } from '../platform/local/request-body.ts';
import { addressOf, people, usePlatform } from '../platform/local/use-platform.ts';
import { ActorFront } from './actor-front.ts';

const execute = promisify(execFile);
const examples = 'docs/examples';

let front: ActorFront;
let folder: string;
const platform = usePlatform();

beforeAll(async () => {
    front = await new ActorFront({
        get platform() {
            return platform.platform;
        },
        createRun: platform.createRun,
        start: (run) => platform.start(run),
    }).open();
    // Inside the project, where the programs find their package.
    await mkdir('dist', { recursive: true });
    folder = await mkdtemp(resolve('dist/integrations-'));
});
afterAll(async () => {
    front.close();
    await rm(folder, { recursive: true, force: true });
});

/** Copies a documented program, changing only its host. */
async function prepare(file: string, hosts: Record<string, string> = {}): Promise<string> {
    const written = await readFile(join(examples, file), 'utf8');
    let changed = written.replace(
        'ApifyClient({ token',
        `ApifyClient({ baseUrl: '${front.origin}', publicBaseUrl: '${front.origin}', token`,
    );
    for (const [host, other] of Object.entries(hosts)) changed = changed.replace(host, other);
    const path = join(folder, file);
    await writeFile(path, changed);
    return path;
}

const env = { ...process.env, APIFY_TOKEN: 'a-token' };

/** The payload that Apify makes of a template at the end of a run. */
function fill(template: string, resource: object): unknown {
    const whole = template.replaceAll('{{resource}}', JSON.stringify(resource));
    return JSON.parse(
        whole.replaceAll(/\{\{resource\.(\w+)\}\}/g, (_, name: string) =>
            JSON.stringify(String((resource as Record<string, unknown>)[name])).slice(1, -1),
        ),
    );
}

describe('the documented programs', { timeout: 120_000 }, () => {
    it('JavaScript: starts a run with a limit and prints one line per row', async () => {
        const program = await prepare('run.mjs');
        const urls = [...people(2), addressOf('not-found-1'), 'no profile'];
        const { stdout } = await execute(process.execPath, [program, ...urls], { env });
        const lines = stdout.trimEnd().split('\n');
        expect(lines).toHaveLength(5);
        expect(lines[0]).toMatch(/^1 success \S+ \S+ \S/);
        expect(stdout).toMatch(/^3 not_found \S+ There is no public profile/m);
        expect(lines.at(-1)).toMatch(/^0 left\. 4 of 4 lines done: 2 found.* Charged: \$0\.02\.$/);
        expect(front.runs.at(-1)?.maxTotalChargeUsd).toBe(5);
    });

    it('Python: the same, with a stand-in for the client', async (test) => {
        test.skip(!isThere('python3'), 'There is no python3.');
        const program = await prepare('run.py');
        const { stdout } = await execute('python3', [program, ...people(1), addressOf('not-found-1')], {
            env: {
                ...env,
                APIFY_API_BASE_URL: front.origin,
                PYTHONPATH: resolve('test/integrations'),
                PYTHONDONTWRITEBYTECODE: '1',
            },
        });
        expect(stdout).toMatch(/^1 success \S+ \S+ \S/);
        expect(stdout).toMatch(/^2 not_found \S+ There is no public profile/m);
        expect(stdout).toContain('2 of 2 lines done');
    });

    it('Google Sheets: prints a formula with a link to the run’s table', async () => {
        const run = await startRun([...people(2), addressOf('not-found-1')]);
        const { stdout } = await execute(process.execPath, [await prepare('share-table.mjs'), run.id], { env });
        const [, link = ''] = /^=IMPORTDATA\("(.*)"\)$/.exec(stdout.trim()) ?? [];
        expect(new URL(link).searchParams.get('signature')).not.toBeNull();
        const table = parseCsv((await (await fetch(link)).text()).slice(1));
        expect(table).toHaveLength(4);
    });

    describe('HubSpot', () => {
        const batches: Array<{ inputs: Array<{ id: string; idProperty: string; properties: object }> }> = [];
        let hubspot: Server;
        let hubspotStatus = 200;
        beforeAll(async () => {
            hubspot = createServer((request, response) => {
                void readBody(request).then((body) => {
                    if (hubspotStatus === 200) batches.push(JSON.parse(body.toString()) as (typeof batches)[number]);
                    response.writeHead(hubspotStatus).end('{}');
                });
            });
            await new Promise<void>((done) => {
                hubspot.listen(0, '127.0.0.1', done);
            });
        });
        afterAll(() => hubspot.close());

        it('receives the people found, each once, and a failed webhook is repeated', async () => {
            const run = await startRun([...people(3), addressOf('not-found-1'), addressOf('bare-1')]);
            const origin = `http://127.0.0.1:${(hubspot.address() as AddressInfo).port}`;
            const program = await prepare('hubspot.mjs', { 'https://api.hubapi.com': origin });
            const port = await freePort();
            const child = spawn(process.execPath, [program], {
                env: { ...env, HUBSPOT_TOKEN: 'h', WEBHOOK_SECRET: 's', PORT: String(port) },
            });
            try {
                await new Promise((done) => {
                    child.stdout.once('data', done);
                });
                const { payloadTemplate, headersTemplate } = await readWebhook('hubspot-webhook.json');
                const body = JSON.stringify(fill(payloadTemplate, run.describe(0)));
                expect(Object.keys(JSON.parse(headersTemplate ?? '{}') as object)).toEqual(['x-webhook-secret']);
                const post = (secret: string) =>
                    fetch(`http://127.0.0.1:${port}`, {
                        method: 'POST',
                        body,
                        headers: { 'x-webhook-secret': secret },
                    });
                expect((await post('wrong')).status).toBe(401);
                hubspotStatus = 503;
                expect((await post('s')).status).toBe(500);
                hubspotStatus = 200;
                expect(await (await post('s')).text()).toBe('4 contacts');
            } finally {
                child.kill();
            }
            const [batch] = batches;
            expect(batches).toHaveLength(1);
            expect(batch?.inputs).toHaveLength(4);
            expect(batch?.inputs[0]).toEqual({
                id: 'https://www.linkedin.com/in/example-1/',
                idProperty: 'linkedin_address',
                properties: expect.objectContaining({
                    firstname: expect.any(String),
                    country: expect.stringMatching(/^[A-Z][a-z]+/),
                }) as object,
            });
            expect(JSON.stringify(batch)).not.toContain('null');
        });
    });

    it('Slack: the webhook’s text has the outcome of the run', async () => {
        const run = await startRun(people(1));
        const { payloadTemplate, shouldInterpolateStrings } = await readWebhook('slack-webhook.json');
        expect(shouldInterpolateStrings).toBe(true);
        const { text } = fill(payloadTemplate, run.describe(0)) as { text: string };
        expect(text).toContain('SUCCEEDED. 1 of 1 line done: 1 found');
        expect(text).toContain(`/actors/runs/${run.id}`);
    });

    it('n8n: the workflow sends a valid input and reads existing fields', async () => {
        type Node = { name: string; parameters: Record<string, unknown> };
        const workflow = JSON.parse(await readFile(join(examples, 'n8n-workflow.json'), 'utf8')) as {
            nodes: Node[];
            connections: Record<string, { main: Array<Array<{ node: string }>> }>;
        };
        const names = workflow.nodes.map(({ name }) => name);
        const reached = Object.values(workflow.connections).flatMap(({ main }) => main.flat().map(({ node }) => node));
        expect(names.toSorted()).toEqual(['Start', ...reached].toSorted());

        const node = (name: string) => workflow.nodes.find((one) => one.name === name)?.parameters ?? {};
        const evaluate = (text: unknown, $json: unknown): unknown =>
            runInNewContext(/^=\{\{(.*)\}\}$/.exec(String(text))?.[1] ?? '', { $json });
        const item = JSON.parse(String(node('Addresses')['jsonOutput'])) as { profileUrls: string[] };
        const profileUrls = [addressOf('example-1'), addressOf('not-found-1')];
        const { pathname } = new URL(String(node('Look up')['url']));
        const body = evaluate(node('Look up')['jsonBody'], { ...item, profileUrls });
        const answer = await fetch(`${front.origin}${pathname}`, { method: 'POST', body: String(body) });
        const rows = (await answer.json()) as object[];
        expect(rows).toHaveLength(2);

        const read = (name: string, row: unknown) => {
            const { assignments } = node(name)['assignments'] as {
                assignments: Array<{ name: string; value: string }>;
            };
            return Object.fromEntries(assignments.map((one) => [one.name, evaluate(one.value, row)]));
        };
        const { conditions } = node('Found?')['conditions'] as {
            conditions: Array<{ leftValue: string; rightValue: string }>;
        };
        const isFound = (row: unknown) => conditions.every((one) => evaluate(one.leftValue, row) === one.rightValue);
        const shown = rows.map((row) => (isFound(row) ? read('Person', row) : read('Problem', row)));
        expect(shown).toContainEqual({
            name: expect.any(String) as string,
            title: expect.any(String) as string,
            company: expect.any(String) as string,
            address: 'https://www.linkedin.com/in/example-1/',
        });
        expect(shown).toContainEqual({
            url: addressOf('not-found-1'),
            reason: 'There is no public profile under this address.',
        });
    });

    it('are all in the integration guide, which uses current API paths', async () => {
        const guide = await readFile('docs/integrations.md', 'utf8');
        const files = await readdir(examples);
        for (const file of files) expect(guide, file).toContain(`](examples/${file})`);
        const texts = [
            'README.md',
            '.actor/README.md',
            'docs/integrations.md',
            'docs/publishing.md',
            'docs/operations.md',
        ];
        for (const path of [...texts, ...files.map((file) => join(examples, file))])
            expect(await readFile(path, 'utf8'), path).not.toContain('/v2/acts/');
    });
});

/** Starts a run with these lines and waits for its end. */
async function startRun(profileUrls: string[]) {
    const path = 'v2/actors/USERNAME~linkedin-profile-details/run-sync-get-dataset-items';
    await fetch(`${front.origin}/${path}`, { method: 'POST', body: JSON.stringify({ profileUrls }) });
    const run = front.runs.at(-1);
    if (!run) throw new Error('No run was started.');
    return run;
}

async function readWebhook(file: string) {
    return JSON.parse(await readFile(join(examples, file), 'utf8')) as {
        payloadTemplate: string;
        headersTemplate?: string;
        shouldInterpolateStrings?: boolean;
    };
}

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => {
        server.listen(0, '127.0.0.1', done);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => {
        server.close(done);
    });
    return port;
}

function isThere(command: string): boolean {
    try {
        execFileSync(command, ['--version'], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}
