// Lists the packages that a bundle is made of, with their licences as they ship them. The licences of most ask for that.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for no more than to be named; CC-BY-4.0 is that of the data on places. */
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
 * The text of THIRD_PARTY_LICENSES for files of packages, by their paths. Throws for a package whose licence is not known
 * to be permissive: it would bind whoever publishes the bundle.
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

/** The folder of the package that a file belongs to; null for a file of ours. */
function findPackage(path) {
    return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll('\\', '/'))?.[0] ?? null;
}

function readPackage(folder) {
    const { name, version, license, licenses, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readTexts(folder);
    // Older packages give an object, a list of them, or only the text.
    const given = [license ?? licenses ?? nameByText(texts)].flat().map((one) => one.type ?? one);
    return {
        name,
        version,
        license: given.join(' OR '),
        author: typeof author === 'string' ? author : author?.name,
        texts,
    };
}

/** The files with a licence in them; without one, what the README says of it. */
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

/** Of several licences to choose from one is enough; of several at once all have to be. */
function isPermissive(license) {
    const choices = license.replace(/^\(|\)$/g, '').split(' OR ');
    return choices.some((choice) => choice.split(' AND ').every((one) => permissive.has(one.trim())));
}
