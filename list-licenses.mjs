// Lists the packages of a bundle with their licence texts, as most licences require.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that require no more than attribution; CC-BY-4.0 is that of the place data. */
const permissive = new Set([
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'CC-BY-4.0',
    'CC0-1.0',
    'ISC',
    'MIT',
    'Unlicense',
]);

const files = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * The text of THIRD_PARTY_LICENSES for the paths of bundled files. Throws for a package whose licence is not known to be
 * permissive, because it would bind the publisher of the bundle.
 */
export function listLicenses(paths) {
    const folders = new Set(paths.flatMap((path) => findPackage(path) ?? []));
    const packages = [...folders].map(readPackage);
    const refused = packages.filter(({ license }) => !isPermissive(license));
    if (refused.length > 0) {
        const names = refused.map(({ name, license }) => `${name} (${license})`);
        throw new Error(`Packages whose licence is not known to be permissive: ${names.join(', ')}`);
    }
    const unique = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]));
    const sections = [...unique]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([title, { license, author, texts }]) => {
            const head = [title, `License: ${license}`, ...(author ? [`Author: ${author}`] : [])].join('\n');
            return [head, ...texts].join('\n\n');
        });
    return `${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The folder of the package that a file belongs to; null for the project's own files. */
function findPackage(path) {
    return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll('\\', '/'))?.[0] ?? null;
}

function readPackage(folder) {
    const { name, version, license, licenses, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readTexts(folder);
    // Older packages have an object, a list of objects, or only the text.
    const given = [license ?? licenses ?? nameByText(texts)].flat().map((one) => one.type ?? one);
    return {
        name,
        version,
        license: given.join(' OR '),
        author: typeof author === 'string' ? author : author?.name,
        texts,
    };
}

/** The licence files; without one, the licence section of the README. */
function readTexts(folder) {
    const names = readdirSync(folder).sort();
    const read = (name) => readFileSync(join(folder, name), 'utf8');
    const texts = names.filter((name) => files.test(name)).map((name) => read(name).trim());
    if (texts.length > 0) return texts;
    const readme = names.find((name) => /^readme/i.test(name));
    const section = readme && /^(?:#+ *licen[cs]e|licen[cs]e\n-+)[^\n]*\n([^#]+)/im.exec(read(readme))?.[1];
    return section ? [section.trim()] : [];
}

function nameByText(texts) {
    const words = texts.join(' ').replace(/\s+/g, ' ');
    return words.includes('Permission is hereby granted, free of charge, to any person obtaining a copy')
        ? 'MIT'
        : 'none given';
}

/** Of alternatives (OR) one must be permissive, of combined licences (AND) all. */
function isPermissive(license) {
    const choices = license.replace(/^\(|\)$/g, '').split(' OR ');
    return choices.some((choice) => choice.split(' AND ').every((one) => permissive.has(one.trim())));
}
