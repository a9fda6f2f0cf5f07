import { expect } from 'vitest';
import type { CommandOutcome } from '../../../src/accounts/cli/commands.ts';

/** Runs every command on fresh accounts and checks its result, by any transport. */
export async function goThroughCommands(send: (words: string[]) => Promise<CommandOutcome>): Promise<void> {
    const run = async (...words: string[]): Promise<Record<string, unknown>> => {
        const outcome = await send(words);
        if (!outcome.ok) throw new Error(outcome.message);
        return outcome.answer;
    };
    const tenant = await run('tenant', 'create', 'Acme Example', '--credits', '7');
    expect(tenant).toEqual({ tenant_id: expect.stringMatching(/^ten_/), name: 'Acme Example', credits: 7 });
    const tenantId = tenant['tenant_id'] as string;
    expect((await run('tenant', 'list'))['tenants']).toContainEqual(tenant);
    const plan = { ...tenant, max_requests_per_second: 4, max_urls_per_request: 100 };
    expect(await run('tenant', 'set', tenantId)).toEqual(plan);
    const changed = { ...plan, max_requests_per_second: 5, max_urls_per_request: 250 };
    expect(await run('tenant', 'set', tenantId, '--rate', '5', '--urls', '250')).toEqual(changed);
    expect(await run('tenant', 'set', tenantId, '--rate', '9')).toEqual({ ...changed, max_requests_per_second: 9 });

    const live = await run('key', 'create', tenantId);
    const test = await run('key', 'create', tenantId, '--test');
    expect(live).toEqual({ key_id: expect.stringMatching(/^key_/), key: expect.stringMatching(/^atm_live_/) });
    expect(test['key']).toMatch(/^atm_test_/);
    const revoked = await run('key', 'revoke', live['key_id'] as string);
    expect(revoked).toEqual({ key_id: live['key_id'], revoked_at: expect.any(String) });
    const facts = { created_at: expect.any(String), last_used_at: null };
    expect((await run('key', 'list', tenantId))['keys']).toEqual([
        { key_id: live['key_id'], mode: 'live', ...facts, revoked_at: revoked['revoked_at'] },
        { key_id: test['key_id'], mode: 'test', ...facts, revoked_at: null },
    ]);

    expect(await run('credits', 'add', tenantId, '5')).toEqual({ tenant_id: tenantId, credits: 12 });
    expect(await run('usage', tenantId)).toEqual({ tenant_id: tenantId, credits: 12, reserved: 0, used: 0, days: [] });
    const canonicalUrl = 'https://www.linkedin.com/in/ada-example/';
    const suppressed = { canonical_url: canonicalUrl, suppressed: true };
    expect(await run('suppress', 'linkedin.com/in/Ada-Example')).toEqual(suppressed);
    const since = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.+Z$/);
    expect((await run('suppressed'))['people']).toEqual([{ canonical_url: canonicalUrl, since }]);
    expect(await run('unsuppress', canonicalUrl)).toEqual({ canonical_url: canonicalUrl, suppressed: false });
    expect(await run('suppressed')).toEqual({ people: [] });
}
