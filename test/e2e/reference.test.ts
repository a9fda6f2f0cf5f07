import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
    findAccessibilityFaults,
    hasBrowser,
    howToHaveBrowser,
    measureOverflow,
    openBrowser,
    openPage,
    screens,
} from '../helpers/sites/browser.ts';
import { startApi, type Account, type RunningApi } from '../helpers/api/start-api.ts';

if (!hasBrowser) console.warn(`SKIPPED: the API's reference in a browser. ${howToHaveBrowser}`);

describe.skipIf(!hasBrowser)('the reference at /docs', () => {
    let browser: Browser;
    let api: RunningApi;
    let account: Account;
    beforeAll(async () => {
        [browser, api] = await Promise.all([openBrowser(), startApi()]);
        account = await api.createAccount();
    });
    afterAll(async () => {
        await browser.close();
        await api.stop();
    });

    const explorer = (page: Page, selector: string) => page.locator(`openapi-explorer ${selector}`).first();

    async function enterKey(page: Page, key: string): Promise<void> {
        await page.locator('ol').getByRole('link', { name: 'Authentication' }).click();
        await page.fill('#key', key);
        await page.getByRole('button', { name: 'Use it' }).click();
        await page.getByText('Requests are sent with this key.').waitFor();
    }

    /** By the component's own way to an address inside it, which is the same on every screen. */
    async function openEndpoint(page: Page): Promise<void> {
        await page.evaluate(`location.hash = '#?route=post-/v1/linkedin-profile-enrichment/enrich'`);
        await explorer(page, '.btn-execute').waitFor();
    }

    it.each(screens)(
        'is accessible, fits the screen, and sends requests to this server only: %s',
        async (_, screen) => {
            const { page, hosts, errors, close } = await openPage(browser, api.origin, screen);
            await page.getByRole('heading', { level: 1 }).waitFor();
            expect(page.url()).toMatch(/\/docs/);
            expect(await findAccessibilityFaults(page)).toEqual([]);
            expect(await measureOverflow(page)).toBe(0);

            await enterKey(page, account.testKey);
            await openEndpoint(page);
            await api.clock.step(1000);
            await explorer(page, '.btn-execute').click();
            await page.getByText('Response Status: OK').waitFor();
            const response = explorer(page, 'api-request pre');
            await expect.poll(() => response.textContent()).toContain('"status": "success"');
            expect(api.log.at(-1)).toMatchObject({ route: 'enrich', status: 200, mode: 'test' });

            expect(await findAccessibilityFaults(page)).toEqual([]);
            expect(await measureOverflow(page)).toBe(0);
            expect([...hosts]).toEqual([new URL(api.origin).host]);
            // What the browser had to refuse stands there too.
            expect(errors).toEqual([]);
            await close();
        },
    );

    it('stores a key nowhere outside the page', async () => {
        const { page, close } = await openPage(browser, `${api.origin}/docs`, screens[2][1]);
        await enterKey(page, account.testKey);
        expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([
            0,
            0,
            '',
        ]);
        expect(page.url()).not.toContain(account.testKey);
        await page.reload();
        await openEndpoint(page);
        await explorer(page, '.btn-execute').click();
        await page.getByText('Response Status: Unauthorized').waitFor();
        await close();
    });

    it('shows samples in three languages with the address of this server', async () => {
        const { page, close } = await openPage(browser, `${api.origin}/docs`, screens[2][1]);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await openEndpoint(page);
        for (const [language, words] of [
            ['curl', `curl --fail-with-body`],
            ['JavaScript', 'crypto.randomUUID()'],
            ['Python', 'import requests'],
        ] as const) {
            await page.getByRole('button', { name: language, exact: true }).click();
            const sample = page.locator('openapi-explorer .code-sample-wrapper:visible code').first();
            expect(await sample.textContent()).toContain(words);
            expect(await sample.textContent()).toContain(`${api.origin}/v1/linkedin-profile-enrichment/enrich`);
        }
        await close();
    });

    it('runs only its own script', async () => {
        const { page, errors, close } = await openPage(browser, `${api.origin}/docs`, screens[2][1]);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.evaluate(
            `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.ran = true">')`,
        );
        await expect.poll(() => errors.join()).toContain('Content Security Policy');
        expect(await page.evaluate('window.ran')).toBeUndefined();
        await close();
    });
});
