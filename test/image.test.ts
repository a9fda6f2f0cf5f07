import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readImageCommand } from './bench/programs/image-command.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const { command, env } = readImageCommand();
const runInShell = (text: string, variables: Record<string, string>) =>
    spawnSync('sh', ['-c', text], { env: { PATH: process.env['PATH'], ...variables }, encoding: 'utf8' });

describe('the image', () => {
    it('is built and started with one version of Node, defined once', () => {
        expect(dockerfile.match(/^ARG NODE_VERSION=\d+$/gm)).toHaveLength(1);
        expect(dockerfile.match(/^FROM .+$/gm)).toEqual([
            'FROM apify/actor-node:${NODE_VERSION} AS builder',
            'FROM apify/actor-node:${NODE_VERSION}',
        ]);
    });

    it('is based on tagged images, and does not run as root', () => {
        for (const file of ['Dockerfile', 'api.Dockerfile']) {
            const text = readFileSync(file, 'utf8').replaceAll('${NODE_VERSION}', '22');
            for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:\d+[\w.-]*$/);
            const last = text.split(/^FROM /m).at(-1) ?? '';
            const users = [...last.matchAll(/^USER (\S+)$/gm)].map(([, user]) => user);
            expect(users, file).toEqual([file === 'Dockerfile' ? 'myuser' : 'node']);
        }
    });

    it('copies everything its build imports', () => {
        const copied = new Set([...dockerfile.matchAll(/[\w-]+\.mjs/g)].map(([name]) => name));
        const pending = ['build.mjs'];
        for (const file of pending) {
            expect(copied, file).toContain(file);
            const imported = [...readFileSync(file, 'utf8').matchAll(/from '\.\/([\w-]+\.mjs)'/g)].map(
                ([, name = '']) => name,
            );
            pending.push(...imported.filter((name) => !pending.includes(name)));
        }
        expect(pending.length).toBeGreaterThan(2);
    });

    // `.ci/run` also runs the tests on the image's version of Node.
    it('is not built with flags unknown to its Node', () => {
        const check = /^RUN (node .+ -e 0)$/m.exec(dockerfile)?.[1] ?? '';
        expect(runInShell(check, env)).toMatchObject({ status: 0, stderr: '' });
        const flags = `${env['NODE_FLAGS']} --no-such-flag`;
        expect(runInShell(check, { ...env, NODE_FLAGS: flags })).toMatchObject({ status: 9 });
    });

    it('starts with the checked flags, and a heap that fits its memory', () => {
        const shown = command.replace(/^exec node/, 'echo').replace('dist/main.js', '');
        const { stdout } = runInShell(shown, { ...env, ACTOR_MEMORY_MBYTES: '256' });
        expect(stdout.trim()).toBe(`--max-old-space-size=160 ${env['NODE_FLAGS']}`);
    });
});
