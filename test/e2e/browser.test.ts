import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
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
import { buildVariedList, startLiveRun, type LiveRun } from '../helpers/runs/live-run.ts';

if (!hasBrowser) console.warn(`SKIPPED: the live page and the report in a browser. ${howToHaveBrowser}`);

describe.skipIf(!hasBrowser)('in a real browser', () => {
    let browser: Browser;
    beforeAll(async () => {
        browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    const open = (url: string, options: BrowserContextOptions) => openPage(browser, url, options);
    const doneOf = (page: Page) => page.locator('#metrics dd').first().textContent();
    const sentenceOf = (page: Page) => page.locator('#sentence').textContent();

    describe('the live page, during the run', () => {
        let run: LiveRun;
        beforeAll(async () => {
            run = await startLiveRun({
                mode: 'test',
                profileUrls: buildVariedList(4000),
                maxRequestsPerSecond: 20,
                maxAttempts: 2,
            });
        }, 60_000);
        // Stopped early: this run is longer than the tests need, and the next group covers a completed one.
        afterAll(async () => {
            run.stop();
            await run.result;
            await run.clean();
        }, 60_000);

        it.each(screens)('is accessible, fits the screen and loads nothing from other hosts: %s', async (_, screen) => {
            const { page, hosts, errors, close } = await open(run.url, screen);
            await page.locator('ol.latest li').first().waitFor();
            expect(await findAccessibilityFaults(page)).toEqual([]);
            expect(await measureOverflow(page)).toBe(0);
            expect([...hosts].filter((host) => host !== new URL(run.url).host && host !== '')).toEqual([]);
            expect(errors).toEqual([]);
            await close();
        });

        it('updates itself', async () => {
            const { page, close } = await open(run.url, screens[2][1]);
            const first = await doneOf(page);
            await expect.poll(() => doneOf(page), { timeout: 15_000 }).not.toBe(first);
            expect(await sentenceOf(page)).toMatch(/^Running/);
            await close();
        });

        it('is complete without JavaScript, and refreshes itself', async () => {
            const { page, close } = await open(run.url, { ...screens[0][1], javaScriptEnabled: false });
            const first = await doneOf(page);
            expect(first).toMatch(/^\d/);
            await expect.poll(() => doneOf(page), { timeout: 15_000 }).not.toBe(first);
            await close();
        });

        it('shows no names', async () => {
            const { page, close } = await open(run.url, screens[0][1]);
            expect(await page.locator('ol.latest li').first().textContent()).toMatch(
                /^line [\d,]+ · (found|not found|error) · (under )?[\d.]+ s$/,
            );
            expect(await page.content()).not.toMatch(/example-\d|linkedin\.com\/in\/\w*\d/);
            await close();
        });
    });

    describe('after the run', () => {
        let run: LiveRun;
        let lastSentence: string | null;
        /** What is wrong with the live page when the run is over, by screen. */
        const faults = new Map<string, unknown[]>();
        beforeAll(async () => {
            run = await startLiveRun({
                mode: 'test',
                profileUrls: buildVariedList(60),
                maxRequestsPerSecond: 20,
                maxAttempts: 2,
            });
            const opened = await Promise.all(
                screens.map(async ([screen, options]) => ({ screen, ...(await open(run.url, options)) })),
            );
            await run.result;
            for (const { screen, page, hosts, errors, close } of opened) {
                await page.getByText('These are its final figures').waitFor();
                lastSentence = await sentenceOf(page);
                const others = [...hosts].filter((host) => host !== new URL(run.url).host);
                // The server goes with the run; what the page asks after that is nobody's.
                const told = errors.filter((error) => !error.includes('ERR_CONNECTION_REFUSED'));
                faults.set(screen, [...(await findAccessibilityFaults(page)), ...others, ...told]);
                if ((await measureOverflow(page)) > 0) faults.get(screen)?.push('it is too wide');
                await close();
            }
        }, 60_000);
        afterAll(() => run?.clean());

        it('the live page shows the final state', async () => {
            expect((await run.result).output.ending).toBe('completed');
            expect(lastSentence).toBe('Completed: every line is done.');
        });

        it.each(screens)('the live page is accessible, fits the screen and loads nothing else: %s', (screen) => {
            expect(faults.get(screen)).toEqual([]);
        });

        it.each(screens)('the report is accessible, fits the screen and loads nothing: %s', async (_, screen) => {
            const { page, hosts, errors, close } = await open(pathToFileURL(run.reportPath).href, screen);
            await page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })");
            expect(await findAccessibilityFaults(page)).toEqual([]);
            expect(await measureOverflow(page)).toBe(0);
            expect([...hosts]).toEqual(['']);
            expect(errors).toEqual([]);
            await close();
        });

        it('the report opens its lists by keyboard', async () => {
            const { page, close } = await open(pathToFileURL(run.reportPath).href, screens[2][1]);
            await page.locator('details summary').first().focus();
            await page.keyboard.press('Enter');
            expect(await page.locator('details[open] table').first().isVisible()).toBe(true);
            await close();
        });

        it('the report copies the addresses of a problem', async () => {
            const { page, close } = await open(pathToFileURL(run.reportPath).href, {
                ...screens[2][1],
                permissions: ['clipboard-read', 'clipboard-write'],
            });
            await page.locator('details summary').first().click();
            await page.locator('details[open] button.copy').first().click();
            await page.getByText('Copied').waitFor();
            expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
                /^(?:https:\/\/www\.linkedin\.com\/\S+\n)+https:\/\/www\.linkedin\.com\/\S+$/,
            );
            await close();
        });
    });
});
