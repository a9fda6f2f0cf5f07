import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { startSandboxSite, type SandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { runAccounts, runApi, runProgram, type ApiProcess } from '../helpers/api/run-api.ts';
import { profileUrl } from '../helpers/api/start-api.ts';
import { startStandIn, type Reply, type StandIn } from '../sources/providers/stand-in.ts';

const perDay = 6;

let folder: string;
let site: SandboxSite;
let standIn: StandIn;
let reply: (handle: string) => Reply;

const readHandle = (body: unknown) => /in\/([^/"]+)/.exec(JSON.stringify(body))?.[1] ?? '';

const know = (handle: string): Reply => ({
    body: {
        content: [
            {
                link: { linkedin: profileUrl(handle) },
                profile: { full_name: 'Ada Exemplar', title: 'Head of Tides' },
                email: 'canary@ada.example',
            },
        ],
        totalElements: 1,
    },
});

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-sources-'));
    site = await startSandboxSite(systemClock);
    standIn = await startStandIn(({ body }) => reply(readHandle(body)));
});
afterAll(async () => {
    await standIn.close();
    await site.close();
    await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): Promise<ApiProcess> {
    return runApi({
        ...env,
        ACCOUNTS_DIR: folder,
        PUBLIC_PAGE_ORIGIN: site.origin,
        SOURCES: 'public-page,ai-ark',
        AI_ARK_API_KEY: 'canary-key',
        AI_ARK_ORIGIN: standIn.origin,
        PROVIDER_LOOKUPS_PER_DAY: String(perDay),
    });
}

async function ask({ origin }: ApiProcess, key: string, handle: string): Promise<string> {
    for (;;) {
        const response = await fetch(`${origin}/v1/linkedin-profile-enrichment/enrich`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${key}` },
            body: JSON.stringify({ url: profileUrl(handle), required_fields: ['title'] }),
        });
        const text = await response.text();
        if (response.status !== 429) return text;
        await new Promise((resolve) => {
            setTimeout(resolve, Number(response.headers.get('retry-after')) * 1000);
        });
    }
}

async function makeKey(): Promise<string> {
    const run = async (...words: string[]) => {
        const { stdout } = await runAccounts([...words, '--json'], { ACCOUNTS_DIR: folder });
        return JSON.parse(stdout) as Record<string, string>;
    };
    const { tenant_id: tenantId = '' } = await run('tenant', 'create', 'acme', '--credits', '100');
    return (await run('key', 'create', tenantId))['key'] ?? '';
}

describe('the API with the operator’s provider', () => {
    it('never exceeds the daily lookups over kills, and never exposes its key', async () => {
        reply = know;
        const first = await start();
        const key = await makeKey();
        const answers = [await ask(first, key, 'masked-1')];
        // Killed during four provider lookups, which are counted and made again.
        reply = () => 'silence';
        const arrived = standIn.nextArrival();
        const lost = [2, 3, 4, 5].map((n) => ask(first, key, `masked-${n}`).catch(() => 'lost'));
        await arrived;
        await first.kill();
        await Promise.all(lost);
        const askedBefore = standIn.asked.length;
        expect(askedBefore).toBeGreaterThanOrEqual(2);

        reply = know;
        const second = await start();
        for (const n of [2, 3, 4, 5, 6, 7]) answers.push(await ask(second, key, `masked-${n}`));
        expect(standIn.asked.length).toBeLessThanOrEqual(perDay);
        expect(standIn.asked.length).toBeGreaterThanOrEqual(perDay - 4);
        expect(answers[0]).toContain('"source":"ai-ark"');
        expect(answers.at(-1)).toContain('{"source":"ai-ark","outcome":"skipped","attempts":0}');
        expect(answers.at(-1)).toContain('"is_partial":true');

        expect(await second.stop()).toBe(0);
        expect([first.log(), second.log(), ...answers].join('\n')).not.toMatch(/canary/i);
        expect(second.log()).toContain(
            `Live keys ask public-page, then ai-ark: at most ${perDay} lookups at providers per day`,
        );
    }, 120_000);

    it('logs a rejected key and where to correct it, and continues', async () => {
        await rm(folder, { recursive: true });
        reply = () => ({ status: 401, body: 'canary of an error body' });
        const api = await start();
        const key = await makeKey();
        const answer = await ask(api, key, 'masked-1');
        expect(answer).toContain('{"source":"ai-ark","outcome":"refused","attempts":1}');
        expect(answer).toContain('"is_partial":true');
        await api.stop();
        expect(api.log()).toContain('AI Ark refuses the API key: correct `AI_ARK_API_KEY` and run again.');
        expect(api.log()).not.toMatch(/canary/i);
        expect(api.log()).not.toContain('Metrics are at');
    }, 60_000);

    it('serves metrics on METRICS_PORT only, of its requests and its sources', async () => {
        await rm(folder, { recursive: true });
        reply = know;
        const api = await start({ METRICS_PORT: '0' });
        await ask(api, await makeKey(), 'masked-1');
        const origin = /Metrics are at (\S+)\.$/m.exec(api.log())?.[1] ?? '';
        const lines = (await (await fetch(origin)).text()).split('\n');
        expect(lines).toEqual(
            expect.arrayContaining([
                'api_requests_total{route="enrich",status="200",code="none"} 1',
                'api_lookups_total{source="public-page",outcome="success"} 1',
                'api_lookups_total{source="ai-ark",outcome="success"} 1',
                'api_credits_used_total 1',
            ]),
        );
        expect((await fetch(`${api.origin}/metrics`)).status).toBe(404);
        await api.stop();
    }, 60_000);

    it('does not start with contradictory settings, and says so in one sentence', async () => {
        const end = await runProgram('api-main.js', [], { ACCOUNTS_DIR: folder, SOURCES: 'ai-ark' });
        expect(end).toMatchObject({ exitCode: 1, stdout: '' });
        expect(end.stderr).toBe(
            'The environment variable AI_ARK_API_KEY takes a key of AI Ark, which SOURCES names.\n',
        );
    });
});
