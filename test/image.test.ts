import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readImageCommand } from './bench/image-command.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const { command, env } = readImageCommand();
const runInShell = (text: string, variables: Record<string, string>) =>
    spawnSync('sh', ['-c', text], { env: { PATH: process.env['PATH'], ...variables }, encoding: 'utf8' });

describe('the image', () => {
    it('is built and started with one version of Node, which stands in one place', () => {
        expect(dockerfile.match(/^ARG NODE_VERSION=\d+$/gm)).toHaveLength(1);
        expect(dockerfile.match(/^FROM .+$/gm)).toEqual([
            'FROM apify/actor-node:${NODE_VERSION} AS builder',
            'FROM apify/actor-node:${NODE_VERSION}',
        ]);
    });

    // `.ci/run` runs the tests on the image's version of Node too.
    it('is not built with flags that its Node does not know', () => {
        const check = /^RUN (node .+ -e 0)$/m.exec(dockerfile)?.[1] ?? '';
        expect(runInShell(check, env)).toMatchObject({ status: 0, stderr: '' });
        const flags = `${env['NODE_FLAGS']} --no-such-flag`;
        expect(runInShell(check, { ...env, NODE_FLAGS: flags })).toMatchObject({ status: 9 });
    });

    it('starts with the flags that were checked, and a heap that fits its memory', () => {
        const shown = command.replace(/^exec node/, 'echo').replace('dist/main.js', '');
        const { stdout } = runInShell(shown, { ...env, ACTOR_MEMORY_MBYTES: '256' });
        expect(stdout.trim()).toBe(`--max-old-space-size=160 ${env['NODE_FLAGS']}`);
    });
});
