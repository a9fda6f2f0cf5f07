import { afterEach, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../../src/enrichment/source.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { createPublicPageSource } from '../../../../src/sources/public-page/public-page-source.ts';
import { renderWall } from '../../../../src/sources/sandbox/render-page.ts';
import { renderCompany } from '../../../fixtures/company/render-company.ts';
import { hugeCompany } from '../../../fixtures/company/shown-company.ts';
import { html, redirect, startScriptedServer, type Behaviour } from '../../../helpers/sites/scripted-server.ts';

const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Requests `company/acme` once. */
async function ask(behaviours: Record<string, Behaviour>, { path = 'company/acme', timeoutMs = 5000 } = {}) {
    const server = await startScriptedServer(behaviours);
    const records: RequestRecord[] = [];
    const source = await createPublicPageSource({
        origin: server.origin,
        proxy: null,
        clock: systemClock,
        onRequest: (record) => records.push(record),
    });
    cleanUps.push(
        () => server.close(),
        () => source.close(),
    );
    const outcome = await source.fetchCompany?.({ path, timeoutMs, signal: new AbortController().signal });
    return { outcome, asked: server.asked, records };
}

const askOnce = (behaviour: Behaviour) => ask({ '/company/acme/': behaviour });
const page = (path: string): Behaviour => html(renderCompany({ ...hugeCompany, path }));

describe('the source of company pages', () => {
    it('reads the page of a company and counts one request', async () => {
        const { outcome, records } = await askOnce(page('company/acme'));
        expect(outcome).toMatchObject({ kind: 'found', company: { name: hugeCompany.name } });
        expect(records).toMatchObject([{ page: 'company', outcome: 'found' }]);
    });

    it('percent-encodes slugs beyond ASCII', async () => {
        const { asked } = await ask({}, { path: 'school/université café' });
        expect(asked).toEqual(['/school/universit%C3%A9%20caf%C3%A9/']);
    });

    it.each(['/school/acme-school', '/showcase/acme', '/company/acme-inc/about/'])(
        'follows a redirect to %s, and returns its URL',
        async (location) => {
            const path = location.split('/').slice(1, 3).join('/');
            const { outcome } = await ask({ '/company/acme/': redirect(location), [location]: page(path) });
            expect(outcome).toMatchObject({ company: { linkedin_url: `https://www.linkedin.com/${path}` } });
        },
    );

    it.each<[string, Behaviour]>([
        ['404', html('', 404)],
        ['410', html('', 410)],
        ['a redirect to the page for deleted companies', redirect('/company/unavailable/')],
        ['a redirect to the 404 page', redirect('/404/')],
    ])('reports not found for %s', async (_, behaviour) => {
        expect((await askOnce(behaviour)).outcome).toEqual({ kind: 'not_found' });
    });

    it.each<[string, Behaviour, object]>([
        ['999', html('', 999), { cause: 'blocked', isRefusal: true }],
        ['429', html('', 429, { 'retry-after': '7' }), { cause: 'rate_limited', isRefusal: true, pause: { ms: 7000 } }],
        ['a wall', html(renderWall()), { cause: 'wall', isRefusal: true }],
        ['a redirect to the wall', redirect('/authwall?trk=x'), { cause: 'wall', isRefusal: true }],
        ['a redirect to a person', redirect('/in/ada'), { cause: 'other_page', isRefusal: true }],
        ['a redirect loop', redirect('/company/acme/'), { cause: 'redirect_loop', isRefusal: true }],
        ['500', html('', 500), { cause: 'server_error', isRefusal: false }],
        ['no HTML', html('{}', 200, { 'content-type': 'application/json' }), { cause: 'unreadable', isRefusal: false }],
    ])('reports a retryable failure for %s', async (_, behaviour, failure) => {
        expect((await askOnce(behaviour)).outcome).toMatchObject({ kind: 'failed', isRetryable: true, ...failure });
    });

    it('times out', async () => {
        const { outcome } = await ask({ '/company/acme/': () => {} }, { timeoutMs: 300 });
        expect(outcome).toMatchObject({ kind: 'failed', code: 'upstream_timeout', cause: 'timeout' });
    });
});
