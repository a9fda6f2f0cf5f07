import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { hasBrowser, howToHaveBrowser, openBrowser, screens } from '../helpers/sites/browser.ts';
import { readFile } from 'node:fs/promises';
import { sampleLines } from '../../src/actor/input/load-input.ts';
import { buildVariedList, startLiveRun } from '../helpers/runs/live-run.ts';
import { runActor } from '../helpers/runs/run-actor.ts';
import { renderFormPicture, renderRowsPicture } from './store-pictures.ts';

const folder = 'docs/images';
/** How many lines are done when the live page is taken: something of everything, and a rate. */
const linesDone = 100;

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

/** On all screens at once: the live page is there for as long as its run. */
async function takePictures(browser: Browser, url: string, name: string): Promise<void> {
    const take = async ([screen, options]: (typeof screens)[number]) => {
        const context = await browser.newContext({ ...options, deviceScaleFactor: 1.5 });
        const page = await context.newPage();
        await page.goto(url);
        if (name === 'live-page') {
            // Not `waitForFunction`, which the page's own policy forbids.
            const countDone = async () => parseInt((await page.locator('#metrics dd').first().textContent()) ?? '', 10);
            while ((await countDone()) < linesDone) await page.waitForTimeout(200);
        }
        const path = join(folder, `${name}-${screen.replace(', ', '-')}.png`);
        await page.screenshot({ path, fullPage: true });
        console.log(path);
        await context.close();
    };
    await Promise.all([screens[2], screens[1]].map(take));
}

/** Draws what the Store page shows beside the live page: the form, the rows of its sample run, and the icon. */
async function drawStorePictures(): Promise<void> {
    if (!hasBrowser) throw new Error(howToHaveBrowser);
    const browser = await openBrowser();
    try {
        const { rows } = await runActor({ profileUrls: [...sampleLines, 'no profile'], mode: 'test' });
        const inOrder = rows.toSorted((one, other) => one.line - other.line);
        await draw(browser, { name: 'store-1-list', html: renderFormPicture(), width: 860 });
        await draw(browser, { name: 'store-3-rows', html: renderRowsPicture(inOrder), width: 1280 });
        const icon = await readFile(join(folder, 'icon.svg'), 'utf8');
        const html = `<style>body { margin: 0 } svg { display: block; width: 512px }</style>${icon}`;
        await draw(browser, { name: 'icon', html, width: 512, scale: 1 });
    } finally {
        await browser.close();
    }
}

async function draw(
    browser: Browser,
    { name, html, width, scale = 1.5 }: { name: string; html: string; width: number; scale?: number },
): Promise<void> {
    const context = await browser.newContext({ viewport: { width, height: 512 }, deviceScaleFactor: scale });
    const page = await context.newPage();
    await page.setContent(html);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path, fullPage: true, omitBackground: true });
    console.log(path);
    await context.close();
}

await (process.argv[2] === 'store' ? drawStorePictures() : takeScreenshots());
