// Draws the identities that sessions take: what the newest Chromes that header-generator knows send of themselves on
// each system. Run by `node build.mjs`; the file it writes changes only when that package does.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HeaderGenerator } from 'header-generator';

const file = 'src/sources/public-page/http/header-sets.json';
/** How many of the newest versions, and what is tried from. A version that nobody has recorded is passed over. */
const versionCount = 3;
const [newest, oldest] = [250, 100];
const systems = { windows: '"Windows"', macos: '"macOS"', linux: '"Linux"' };
/** The package's records hold browsers that call themselves Chrome; the most frequent of so many draws is taken. */
const draws = 400;

const generator = new HeaderGenerator();

/** The header sets, the newest version first. */
export function drawHeaderSets() {
    const versions = [];
    for (let version = newest; version >= oldest && versions.length < versionCount; version -= 1) {
        const sets = Object.keys(systems).flatMap((system) => drawSet(version, system) ?? []);
        if (sets.length > 0) versions.push(sets);
    }
    return versions.flat();
}

function drawSet(version, system) {
    const counts = new Map();
    for (let draw = 0; draw < draws; draw += 1) {
        const headers = drawHeaders(version, system);
        if (!headers) return null;
        if (!isChromes(headers, version, system)) continue;
        const set = JSON.stringify({
            chromeVersion: version,
            userAgent: headers['user-agent'],
            secChUa: headers['sec-ch-ua'],
            platform: headers['sec-ch-ua-platform'],
            accept: headers.accept,
        });
        counts.set(set, (counts.get(set) ?? 0) + 1);
    }
    const [commonest] = [...counts].sort(([, one], [, other]) => other - one);
    return commonest ? JSON.parse(commonest[0]) : null;
}

function drawHeaders(version, system) {
    try {
        return generator.getHeaders({
            browsers: [{ name: 'chrome', minVersion: version, maxVersion: version }],
            operatingSystems: [system],
            devices: ['desktop'],
            httpVersion: '2',
            strict: true,
        });
    } catch {
        return null;
    }
}

/** Whether a record is of Chrome itself, and says the same thing in all its headers. */
function isChromes(headers, version, system) {
    return (
        headers['user-agent']?.endsWith(
            `) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
        ) &&
        headers['sec-ch-ua']?.includes(`"Google Chrome";v="${version}"`) &&
        headers['sec-ch-ua']?.includes(`"Chromium";v="${version}"`) &&
        headers['sec-ch-ua-mobile'] === '?0' &&
        headers['sec-ch-ua-platform'] === systems[system]
    );
}

/** Writes the file where it is not as drawn. */
export function writeHeaderSets() {
    const text = `${JSON.stringify(drawHeaderSets(), null, 4)}\n`;
    if (text !== readOrNull()) writeFileSync(file, text);
}

function readOrNull() {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return null;
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeHeaderSets();
