import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { buildPage } from '../../bench/page.ts';
import { readExamplePage } from '../../helpers/read-page.ts';

it('keeps nothing of a page but what was read', async () => {
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
    expect(new Set(readings.map(({ kind }) => kind))).toEqual(new Set(['profile']));
});
