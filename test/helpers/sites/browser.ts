import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's Chromium, or the one at CHROMIUM_PATH. Nothing is downloaded. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Whether a browser is installed. */
export const hasBrowser = existsSync(chromiumPath);

/** Instructions for when there is none. */
export const howToHaveBrowser = `No browser at ${chromiumPath}: install one with "apt-get install chromium", or name another Chromium in CHROMIUM_PATH.`;

/** The screens and settings to test pages with. */
export const screens = [
    ['phone, light', { viewport: { width: 375, height: 740 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 375, height: 740 }, colorScheme: 'dark' }],
    ['desktop, light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
    ['desktop, dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
] as const satisfies ReadonlyArray<readonly [string, BrowserContextOptions]>;

/** Disable the browser's own background requests. */
export const browserFlags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

export function openBrowser(): Promise<Browser> {
    return chromium.launch({ executablePath: chromiumPath, args: browserFlags });
}

/** A page in a browser, with the hosts it requested and its errors. */
export type OpenedPage = { page: Page; hosts: Set<string>; errors: string[]; close: () => Promise<void> };

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenedPage> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const hosts = new Set<string>();
    const errors: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url);
    return { page, hosts, errors, close: () => context.close() };
}

/** The findings of axe for a page, one line each. */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(' | ')})`);
}

/** How many pixels the page is wider than the screen. */
export function measureOverflow(page: Page): Promise<number> {
    return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
