import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { sampleStandbyOrigin } from '../../src/definitions.ts';
import { startSandboxSite, type SandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { profileUrl, startApi } from '../helpers/api/start-api.ts';
import { ActorProcess } from './local/actor-process.ts';
import { planFaults } from './local/fault-plan.ts';
import { LocalPlatform } from './local/local-platform.ts';
import type { PlatformRun } from './local/platform-run.ts';

const payPerEvent = {
    pricingModel: 'PAY_PER_EVENT' as const,
    pricingPerEvent: { actorChargeEvents: { 'profile-found': { eventTitle: 'Profile found', eventPriceUsd: 0.01 } } },
};

let site: SandboxSite;
let platform: LocalPlatform;
const started: Array<{ run: PlatformRun; container: ActorProcess }> = [];
beforeAll(async () => {
    site = await startSandboxSite(systemClock);
    platform = await new LocalPlatform().start();
});
afterAll(async () => {
    await platform.close();
    await site.close();
});
afterEach(async () => {
    for (const { run, container } of started.splice(0)) {
        run.sendEvent('aborting');
        await container.ended;
    }
});

type StandbyResponse = { status: number; headers: Headers; text: string; json: ReturnType<typeof JSON.parse> };

async function startStandby(run: PlatformRun, env: Record<string, string> = {}) {
    const container = new ActorProcess({
        platform,
        run,
        pageOrigin: site.origin,
        env: { APIFY_META_ORIGIN: 'STANDBY', ACTOR_WEB_SERVER_PORT: '0', LEDGER_PATIENCE_MS: '5000', ...env },
    });
    started.push({ run, container });
    await expect.poll(() => container.log, { timeout: 20_000 }).toMatch(/Ready on port \d+/);
    const origin = `http://127.0.0.1:${/Ready on port (\d+)/.exec(container.log)?.[1]}`;
    const post = async (body: unknown, headers: Record<string, string> = {}): Promise<StandbyResponse> => {
        const response = await fetch(`${origin}/v1/linkedin-profile-enrichment/enrich?token=secret-token`, {
            method: 'POST',
            headers: { Authorization: 'Bearer secret-token', ...headers },
            body: JSON.stringify(body),
        });
        const text = await response.text();
        if (response.status === 429) {
            await wait(Number(response.headers.get('retry-after')) * 1000);
            return post(body, headers);
        }
        return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
    };
    return { container, origin, post };
}

describe('a Standby run', () => {
    it('responds to the readiness probe and to requests, and charges each profile found once', async () => {
        const run = platform.createRun({ input: {}, pricingInfo: payPerEvent, maxTotalChargeUsd: 0.03 });
        const { origin, post, container } = await startStandby(run);
        const probe = await fetch(origin, { headers: { 'x-apify-container-server-readiness-probe': '1' } });
        expect(probe.status).toBe(200);
        // The endpoint as Console shows it.
        const served = await (await fetch(`${origin}/openapi.json`)).text();
        const shown = readFileSync('standby/.actor/openapi.json', 'utf8').replaceAll(sampleStandbyOrigin, origin);
        expect({ ...JSON.parse(served), servers: [] }).toEqual({ ...JSON.parse(shown), servers: [] });
        const page = await fetch(`${origin}/docs?token=a`);
        expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
        expect(await page.text()).toContain('<openapi-explorer');

        const headers = { 'Idempotency-Key': 'k' };
        const first = await post({ url: profileUrl('example-1') }, headers);
        expect(first.json.data.status).toBe('success');
        expect(first.json.meta).toMatchObject({ mode: 'live', credits_used: 1, credits_remaining: 2 });
        expect((await post({ url: profileUrl('example-1') }, headers)).text).toBe(first.text);
        expect((await post({ url: profileUrl('not-found-1') })).json.data.status).toBe('not_found');
        expect(run.countCharges()).toEqual({ 'profile-found': 1 });

        const tooMany = await post({ urls: [1, 2, 3].map((number) => profileUrl(`example-${number}`)) });
        expect(tooMany).toMatchObject({ status: 402, json: { error: { code: 'insufficient_credits' } } });
        const batch = await post({ urls: [2, 3].map((number) => profileUrl(`example-${number}`)) });
        expect(batch.json.meta).toMatchObject({ credits_used: 2, credits_remaining: 0 });
        expect(run.countCharges()).toEqual({ 'profile-found': 3 });
        expect(container.log).not.toContain('secret-token');
    }, 60_000);

    it('charges once for a request repeated after a kill', async () => {
        const run = platform.createRun({ input: {}, pricingInfo: payPerEvent });
        const headers = { 'Idempotency-Key': 'k' };
        const first = await startStandby(run);
        await first.post({ url: profileUrl('example-1') }, headers);
        first.container.kill();
        await first.container.ended;
        const second = await startStandby(run);
        const again = await second.post({ url: profileUrl('example-1') }, headers);
        expect(again.json.meta).toMatchObject({ credits_used: 1, credits_remaining: null });
        expect(run.countCharges()).toEqual({ 'profile-found': 1 });
    }, 60_000);

    it('fails with a sentence when its port is in use', async () => {
        const run = platform.createRun({ input: {}, pricingInfo: payPerEvent });
        const other = createServer();
        await new Promise<void>((resolve) => {
            other.listen(0, '0.0.0.0', resolve);
        });
        const { port } = other.address() as AddressInfo;
        const container = new ActorProcess({
            platform,
            run,
            pageOrigin: site.origin,
            env: { APIFY_META_ORIGIN: 'STANDBY', ACTOR_WEB_SERVER_PORT: String(port) },
        });
        expect((await container.ended).exitCode).toBe(1);
        other.close();
        expect(run.statusMessage).toBe(
            `The API cannot listen on 0.0.0.0:${port}: the port is in use. Stop the program that uses it, or set another PORT.`,
        );
    }, 60_000);

    it('retries a failed charge before it ends', async () => {
        const run = platform.createRun({ input: {}, pricingInfo: payPerEvent });
        const { post, container } = await startStandby(run);
        platform.setFaultPlan(run, planFaults(['charge'], { kind: 'reset', moment: 'after' }, 3));
        expect((await post({ url: profileUrl('example-1') })).status).toBe(200);
        run.sendEvent('aborting');
        expect((await container.ended).exitCode).toBe(0);
        expect(run.countCharges()).toEqual({ 'profile-found': 1 });
    }, 60_000);

    it('asks its sources in order, and never exceeds its provider lookups, even after a kill', async () => {
        const input = { mode: 'test', sources: ['sandbox', 'sandbox-provider'], maxProviderLookups: 17 };
        const run = platform.createRun({ input, pricingInfo: payPerEvent });
        const ask = (post: Awaited<ReturnType<typeof startStandby>>['post'], n: number) =>
            post({ url: profileUrl(`masked-${n}`), required_fields: ['title'] });
        const first = await startStandby(run);
        const found = await ask(first.post, 1);
        expect(found.json.meta).toMatchObject({ source: 'sandbox-provider', is_partial: false });
        await expect.poll(() => run.records.get('LOOKUPS')?.value.toString()).toContain('"used": 1,');
        first.container.kill();
        await first.container.ended;
        // One was made, and up to fifteen more are assumed.
        const second = await startStandby(run);
        expect((await ask(second.post, 2)).json.meta).toMatchObject({ source: 'sandbox-provider' });
        const { meta } = (await ask(second.post, 3)).json;
        expect(meta).toMatchObject({ source: 'sandbox', is_partial: true });
        expect(meta.sources_tried).toContainEqual({ source: 'sandbox-provider', outcome: 'skipped', attempts: 0 });
    }, 60_000);

    it('in front of the API requests company details only for requests that want them', async () => {
        const api = await startApi();
        try {
            const account = await api.createAccount(10);
            const run = platform.createRun({ input: { sources: ['enrichment-api'] }, pricingInfo: payPerEvent });
            const env = { ENRICHMENT_API_URL: api.origin, ENRICHMENT_API_KEY: account.key };
            const { post } = await startStandby(run, env);
            const url = profileUrl('at-moved-1');
            const wanted = { include_company_details: true };
            // Concurrently: neither gets the other's response.
            const [plain, whole] = await Promise.all([post({ url }), post({ url, ...wanted })]);
            expect(plain.json.data).toMatchObject({ status: 'success', company_details: null });
            expect(whole.json.data.company_details).toMatchObject({ name: 'School Of Moved-1' });
            const missing = await post({ url: profileUrl('at-missing-1'), ...wanted });
            expect(missing.json.meta.company_status).toBe('not_found');
            expect(api.companiesFetched).toEqual(['company/moved-1', 'company/missing-1']);
        } finally {
            await api.stop();
        }
    }, 60_000);

    it('honours its input: suppressed people, fields, rate, time, and no charges in test mode', async () => {
        const input = {
            mode: 'test',
            suppressedUrls: ['example-2'],
            fields: ['headline'],
            maxRequestsPerSecond: 100,
            timeoutSecs: 1,
            watch: 'customers',
        };
        const run = platform.createRun({ input, pricingInfo: payPerEvent });
        const { post, container } = await startStandby(run);
        const found = await post({ url: profileUrl('example-1') });
        expect(found.json.meta).toMatchObject({ mode: 'test', credits_used: 0 });
        expect(found.json.data.profile).toEqual({ headline: expect.any(String) });
        expect(found.headers.get('x-ratelimit-limit')).toBe('100');
        expect((await post({ url: profileUrl('slow-1') })).json.error.code).toBe('upstream_timeout');
        expect(container.log).toContain('processes no list: watch in the input has no effect');
        expect((await post({ url: profileUrl('example-2') })).json.data.status).toBe('not_found');
        expect(run.charges.size).toBe(0);
    }, 60_000);
});
