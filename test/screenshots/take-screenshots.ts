import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { hasBrowser, howToHaveBrowser, openBrowser, screens } from '../helpers/browser.ts';
import { buildVariedList, startLiveRun } from '../helpers/live-run.ts';

const folder = 'docs/images';
/** By then there is a rate and something of everything on the live page. */
const lookAfterMs = 11_000;

/** Takes the pictures of the documentation, from a run in the sandbox: nobody on them exists. */
async function takeScreenshots(): Promise<void> {
    if (!hasBrowser) throw new Error(howToHaveBrowser);
    const browser = await openBrowser();
    const run = await startLiveRun({
        mode: 'test',
        profileUrls: buildVariedList(240),
        maxRequestsPerSecond: 8,
        maxAttempts: 2,
    });
    try {
        await takePictures(browser, run.url, 'live-page');
        await run.result;
        await takePictures(browser, pathToFileURL(run.reportPath).href, 'report');
    } finally {
        await browser.close();
        await run.result;
        await run.clean();
    }
}

async function takePictures(browser: Browser, url: string, name: string): Promise<void> {
    for (const [screen, options] of [screens[2], screens[1]]) {
        const context = await browser.newContext({ ...options, deviceScaleFactor: 1.5 });
        const page = await context.newPage();
        await page.goto(url);
        if (name === 'live-page') await page.waitForTimeout(lookAfterMs);
        const path = join(folder, `${name}-${screen.replace(', ', '-')}.png`);
        await page.screenshot({ path, fullPage: true });
        console.log(path);
        await context.close();
    }
}

await takeScreenshots();
