import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { suppressProfile } from '../../src/accounts/erasure.ts';
import type { Result } from '../../src/enrichment/result/result.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createAiArkSource } from '../../src/sources/providers/ai-ark.ts';
import { account, api, checks, many, one, useApi } from '../helpers/api/use-api.ts';
import { profileUrl } from '../helpers/api/start-api.ts';
import { startStandIn, type Asked, type Reply, type StandIn } from '../sources/providers/stand-in.ts';

const required = { required_fields: ['title', 'company'] };

let standIn: StandIn;
let reply: (handle: string) => Reply | Promise<Reply>;

function readHandle({ body }: Asked): string {
    return /in\/([^/"]+)/.exec(JSON.stringify(body))?.[1] ?? '';
}

/** A record with fields that are never read. */
function know(handle: string): Reply {
    const record = {
        link: { linkedin: profileUrl(handle) },
        profile: { full_name: 'Ada Exemplar', title: 'Head of Tides' },
        company: { summary: { name: 'Neap & Sons', industry: 'Tides' }, link: { website: 'https://neap.example' } },
        email: 'canary@ada.example',
        last_updated: '2026-02-14',
    };
    return { headers: { 'x-credit': '-0.5' }, body: { content: [record], totalElements: 1 } };
}

afterAll(() => standIn.close());
useApi(async () => {
    standIn = await startStandIn((asked) => reply(readHandle(asked)));
    const { origin } = standIn;
    const provider = createAiArkSource({
        apiKey: 'canary-key',
        keyName: 'AI_ARK_API_KEY',
        origin,
        clock: systemClock,
    });
    return { providers: [provider], lookupLimits: { perDay: 1000, perTenantAndDay: 3 } };
});
beforeEach(() => {
    reply = know;
    standIn.asked.length = 0;
});

describe('a provider behind the page', () => {
    it('provides masked people as one complete record, for one credit', async () => {
        const response = await api.post({ ...one('masked-1'), ...required }, account.key);
        expect(response.status).toBe(200);
        checks.expectSchema(response.json, 'SingleResponse');
        expect(response.json.data).toMatchObject({
            profile: { full_name: 'Ada Exemplar', title: 'Head of Tides', company: { name: 'Neap & Sons' } },
            company_details: null,
        });
        expect(response.json.meta).toMatchObject({
            source: 'ai-ark',
            sources_tried: [
                { source: 'public-page', outcome: 'partial', attempts: 1 },
                { source: 'ai-ark', outcome: 'found', attempts: 1 },
            ],
            data_as_of: '2026-02-14',
            is_partial: false,
            credits_used: 1,
            credits_remaining: 9,
        });
        expect(response.text).not.toMatch(/canary/i);
    });

    it('is not asked if no required field is missing, nor for people who do not exist', async () => {
        await api.post(one('masked-1'), account.key);
        await api.post({ ...one('example-1'), ...required }, account.key);
        await api.post({ ...one('not-found-1'), ...required }, account.key);
        expect(standIn.asked).toEqual([]);
    });

    it('is asked if LinkedIn refuses or fails', async () => {
        const { json } = await api.post({ ...many('wall-1', 'error-1'), ...required }, account.key);
        checks.expectSchema(json, 'BatchResponse');
        expect(json.data.map(({ meta }: Result) => meta.source)).toEqual(['ai-ark', 'ai-ark']);
    });

    it('provides the company in its record, if requested', async () => {
        const body = { ...one('masked-2'), ...required, include_company_details: true };
        const { json } = await api.post(body, account.key);
        checks.expectSchema(json, 'SingleResponse');
        expect(json.data.company_details).toMatchObject({ name: 'Neap & Sons', industry: 'Tides' });
    });

    it('leaves the partial profile of the page if it fails: free, and not stored', async () => {
        reply = () => ({ status: 500, body: 'canary of an error body' });
        const headers = { 'Idempotency-Key': 'k' };
        const body = { ...one('masked-3'), ...required };
        const partial = await api.post(body, account.key, { headers });
        expect(partial.json.meta).toMatchObject({ source: 'public-page', is_partial: true, credits_used: 0 });
        expect(partial.json.meta.sources_tried).toContainEqual({ source: 'ai-ark', outcome: 'failed', attempts: 1 });
        reply = know;
        const full = await api.post(body, account.key, { headers });
        expect(full.headers.has('idempotent-replayed')).toBe(false);
        expect(full.json.meta).toMatchObject({ source: 'ai-ark', is_partial: false, credits_used: 1 });
        const replayed = await api.post(body, account.key, { headers });
        expect(replayed.headers.get('idempotent-replayed')).toBe('true');
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('determines the error if it was the last to fail', async () => {
        reply = () => ({ status: 500, body: 'canary of an error body' });
        const response = await api.post({ ...one('wall-1'), ...required }, account.key);
        checks.expectError(response, 502, 'upstream_error', true);
        expect(response.json.error.message).toBe('No source showed this profile. Try again later.');
        expect(response.text).not.toMatch(/canary/i);
    });

    it('gets exactly the account’s lookups of a day; then the result of the page stands', async () => {
        const fast = await api.createAccount(10, { rate: 20 });
        const bodies = ['masked-10', 'masked-11', 'masked-12', 'masked-13', 'masked-14'].map(one);
        const responses = await Promise.all(bodies.map((body) => api.post({ ...body, ...required }, fast.key)));
        expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
        expect(standIn.asked).toHaveLength(3);
        const skipped = responses.filter(({ json }) => json.meta.is_partial);
        expect(skipped).toHaveLength(2);
        for (const { json } of skipped) {
            expect(json.meta.sources_tried).toContainEqual({ source: 'ai-ark', outcome: 'skipped', attempts: 0 });
        }
        const other = await api.createAccount();
        expect((await api.post({ ...one('masked-15'), ...required }, other.key)).json.meta.source).toBe('ai-ark');
    });

    it('is not asked about suppressed people, not even under an old address', async () => {
        await suppressProfile(api.db, profileUrl('example-900044'));
        reply = () => ({ status: 500 });
        const response = await api.post({ ...one('moved-44'), required_fields: ['headline'] }, account.key);
        expect(response.json.data.status).toBe('not_found');
        expect(standIn.asked).toEqual([]);
    });

    it('is not asked again after a late response: the next request gets its record', async () => {
        let answer = () => {};
        const answered = new Promise<void>((resolve) => {
            answer = resolve;
        });
        reply = (handle) => answered.then(() => know(handle));
        const body = { ...one('masked-20'), ...required };
        const late = await api.post(body, account.key);
        expect(late.json.meta).toMatchObject({ source: 'public-page', is_partial: true, credits_used: 0 });
        answer();
        const other = await api.createAccount();
        const next = await api.post(body, other.key);
        expect(next.json.meta).toMatchObject({ source: 'ai-ark', is_partial: false, credits_used: 1 });
        const [{ lookups } = { lookups: -1 }] = await api.db.query<{ lookups: number }>(
            'select lookups from provider_lookups where tenant_id = $1',
            [account.tenantId],
        );
        expect(lookups).toBe(1);
        expect(standIn.asked).toHaveLength(1);
    });
});

it('logs no keys, no error bodies and no unread fields', async () => {
    const before = api.log.length;
    await api.post({ ...one('masked-1'), ...required }, account.key);
    reply = () => ({ status: 500, body: 'canary of an error body' });
    for (const handle of ['masked-2', 'wall-1']) await api.post({ ...one(handle), ...required }, account.key);
    expect(api.log.length - before).toBe(3);
    expect(JSON.stringify([api.log, api.errors.map(String)])).not.toMatch(/canary/i);
});

describe('a test key', () => {
    it('uses the made-up provider for free, which knows masked-<n> but not unknown-<n>', async () => {
        const known = await api.post({ ...one('masked-1'), ...required }, account.testKey);
        checks.expectSchema(known.json, 'SingleResponse');
        expect(known.json.meta).toMatchObject({
            mode: 'test',
            source: 'sandbox-provider',
            sources_tried: [
                { source: 'sandbox', outcome: 'partial' },
                { source: 'sandbox-provider', outcome: 'found' },
            ],
            data_as_of: '2026-06-01',
            is_partial: false,
            credits_used: 0,
        });
        const unknown = await api.post({ ...one('unknown-1'), ...required }, account.testKey);
        expect(unknown.json.meta).toMatchObject({
            source: 'sandbox',
            sources_tried: [{ outcome: 'partial' }, { source: 'sandbox-provider', outcome: 'not_found' }],
            is_partial: true,
        });
        expect(standIn.asked).toEqual([]);
    });

    it('does not count towards the lookups of a day', async () => {
        for (let n = 1; n <= 4; n += 1) {
            const { json } = await api.post({ ...one(`masked-${n}`), ...required }, account.testKey);
            expect(json.meta.source).toBe('sandbox-provider');
        }
    });
});
