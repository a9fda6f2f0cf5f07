import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readableStack } from '../../src/runtime/errors.ts';

describe('a readable stack', () => {
    it('points to the source, not the bundle', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'stack-'));
        const source = `function fail() {\n    const reason = 'broken';\n    throw new Error(reason);\n}\ntry { fail(); } catch (error) { console.log(error.stack); }\n`;
        const { code, map } = await transform(source, { minify: true, sourcemap: true, sourcefile: '../src/fail.ts' });
        await writeFile(join(folder, 'fail.js'), code);
        await writeFile(join(folder, 'fail.js.map'), map);
        await writeFile(join(folder, 'package.json'), '{"type": "module"}');
        const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'fail.js')]);
        const error = Object.assign(new Error('broken'), { stack: stdout });
        expect(await readableStack(error)).toMatch(/^Error: broken\n.*src\/fail\.ts:3:11/);
        await rm(folder, { recursive: true });
    });

    it('leaves a frame without a map unchanged', async () => {
        const error = Object.assign(new Error('x'), { stack: 'Error: x\n    at f (file:///nowhere/a.js:1:2)' });
        expect(await readableStack(error)).toBe(error.stack);
    });
});
