import { describe, expect, it } from 'vitest';
import { readCompanyPage } from '../../../../src/sources/public-page/company/company-page.ts';
import { renderCompany } from '../../../fixtures/company/render-company.ts';
import { hugeCompany } from '../../../fixtures/company/shown-company.ts';

describe('a page instead of a company', () => {
    const head = (inside: string, body = '') => `<html><head>${inside}</head><body><main>${body}</main></body></html>`;
    it.each([
        [
            'a wall',
            head('<meta name="pageKey" content="d_registration-cold-join"><title>Sign Up | LinkedIn</title>'),
            'wall',
            true,
        ],
        ['an authwall', head('<meta name="pageKey" content="auth_wall_desktop_company">'), 'wall', true],
        [
            'a script that redirects to the wall',
            '<html><script>location.href="https://www.linkedin.com/authwall?trk=x"</script></html>',
            'wall',
            true,
        ],
        [
            'a person',
            head(
                '<meta name="pageKey" content="public_profile_v3_desktop">',
                '<h1 class="top-card-layout__title">Ada</h1>',
            ),
            'other_page',
            true,
        ],
        ['nothing', '', 'unreadable', false],
        ['half of a page', renderCompany(hugeCompany).slice(0, 4000), 'unreadable', false],
        [
            'a page without a name',
            head('<meta name="pageKey" content="d_org_guest_company_overview">'),
            'unreadable',
            false,
        ],
    ])('is %s', async (_, page, cause, isRefusal) => {
        expect(await readCompanyPage(Buffer.from(page), 'https://www.linkedin.com/company/asked/')).toMatchObject({
            kind: 'failed',
            cause,
            isRefusal,
            isRetryable: true,
        });
    });

    it.each([
        ['public_profile_v3_desktop', 'public_profile_v3_desktop'],
        ['&#27;[31mred&#7;', 'unreadable'],
        ['a b', 'unreadable'],
    ])('with the page key %s is reported as another page (%s)', async (pageKey, named) => {
        const page = head(`<meta name="pageKey" content="${pageKey}">`);
        expect(await readCompanyPage(Buffer.from(page), 'https://www.linkedin.com/company/asked/')).toMatchObject({
            cause: 'other_page',
            detail: `another page instead of the company (${named})`,
        });
    });
});
