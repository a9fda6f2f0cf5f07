import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/enrichment/result/result.ts';
import { account, api, checks, many, one, useApi } from '../helpers/api/use-api.ts';

useApi();

const wanted = { include_company_details: true };

describe('include_company_details', () => {
    it('returns the company page at no extra cost', async () => {
        const { status, json } = await api.post({ ...one('at-moved-1'), ...wanted }, account.key);
        expect(status).toBe(200);
        checks.expectSchema(json, 'SingleResponse');
        expect(json.data.company_details).toMatchObject({
            name: 'School Of Moved-1',
            linkedin_url: 'https://www.linkedin.com/school/school-of-moved-1',
            domain: 'school-of-moved-1.example',
        });
        expect(json.meta).not.toHaveProperty('company_status');
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('requests a company once for all its people', async () => {
        const other = await api.createAccount();
        const [one1, again] = [
            await api.post({ ...one('at-moved-2'), ...wanted }, account.key),
            await api.post({ ...one('at-moved-2'), ...wanted }, other.key),
        ];
        expect(one1.json.data.company_details).toEqual(again.json.data.company_details);
        expect(api.companiesFetched).toEqual(['company/moved-2']);
    });

    it.each([
        ['at-missing-1', 'not_found'],
        ['at-wall-1', 'refused'],
        ['at-error-1', 'failed'],
    ])('of %s says why it is missing, and charges the profile', async (handle, status) => {
        const { json } = await api.post({ ...one(handle), ...wanted }, account.key);
        checks.expectSchema(json, 'SingleResponse');
        expect(json.data).toMatchObject({ status: 'success', company_details: null });
        expect(json.meta).toMatchObject({ company_status: status, credits_used: 1 });
    });

    it('is absent unless requested', async () => {
        const { json } = await api.post(one('example-1'), account.key);
        expect(json.data.company_details).toBeNull();
        expect(json.meta).not.toHaveProperty('company_status');
        expect(api.companiesFetched).toEqual([]);
    });

    it('works in a batch, and for test keys', async () => {
        const body = { ...many('example-1', 'at-missing-2', 'not-found-1'), ...wanted };
        for (const key of [account.key, account.testKey]) {
            const { json } = await api.post(body, key);
            checks.expectSchema(json, 'BatchResponse');
            const shown = json.data.map((result: Result) => [
                result.status,
                result.status === 'success' ? (result.company_details?.name ?? null) : undefined,
                result.meta.company_status,
            ]);
            expect(shown).toEqual([
                ['success', expect.any(String), undefined],
                ['success', null, 'not_found'],
                ['not_found', undefined, undefined],
            ]);
        }
        expect(api.companiesFetched.filter((path) => path.includes('missing'))).toEqual(['company/missing-2']);
    });
});
