import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { buildPage } from '../../bench/page.ts';
import { readExamplePage } from '../../helpers/pages/read-page.ts';

it('keeps no reference to the page', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const readings = [await readExamplePage(buildPage(0, 400 * 1024))];
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let number = 1; number <= 50; number += 1) readings.push(await readExamplePage(buildPage(number, 400 * 1024)));
    collectGarbage();
    const keptBytes = (process.memoryUsage().heapUsed - before) / 50;
    // A profile has some 20 KB; one word of a page that is a view of it would keep 96.
    expect(keptBytes).toBeLessThan(60 * 1024);
    expect(new Set(readings.map(({ kind }) => kind))).toEqual(new Set(['found']));
});

it.each(['&#27;[31mred&#7;', '&#x202e;evil', '<b>', 'a b', 'x'.repeat(41)])(
    'quotes a page key only if it is an identifier: not %s',
    async (pageKey) => {
        const page = `<!doctype html><html><head><title>x</title><meta name="pageKey" content="${pageKey}"></head><body></body></html>`;
        expect(await readExamplePage(page)).toEqual({
            kind: 'failed',
            code: 'upstream_error',
            cause: 'other_page',
            isRetryable: true,
            isRefusal: true,
            detail: 'another page instead of the profile (unreadable)',
        });
        const profile = buildPage(1, 1024).replace(
            /content="public_profile_v3[^"]*"/,
            `content="public_profile_v9${pageKey}"`,
        );
        expect(await readExamplePage(profile)).toMatchObject({
            kind: 'found',
            unreadSections: ['page key unreadable'],
        });
    },
);
