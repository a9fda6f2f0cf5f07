/** Python's non-standard numbers. */
const notANumber = /([:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** Brackets inside strings are counted too: a rough limit suffices. */
const maxDepth = 5000;

/**
 * Parses JSON leniently: one document, or one per line (JSON Lines), with stray commas. Null for text that does not
 * start like JSON, and for other text in brackets, such as Markdown links.
 */
export function parseJsonText(text: string): { ok: true; value: unknown } | { ok: false } | null {
    const start = /^\s*([[{])\s*(.?)/s.exec(text);
    if (!start) return null;
    if (isTooDeep(text)) return { ok: false };
    const value = parseJson(text) ?? parseLines(text) ?? parseJson(dropStrayCommas(text).replace(notANumber, '$1null'));
    if (value !== undefined) return { ok: true, value };
    const [, bracket, next = ''] = start;
    return bracket === '{' || /["{[]/.test(next) ? { ok: false } : null;
}

/** Whether brackets nest deeper than in any list: parsing ten million of them would take 700 MB. */
function isTooDeep(text: string): boolean {
    let depth = 0;
    for (let place = 0; place < text.length; place += 1) {
        const character = text.charCodeAt(place);
        if (character === 0x5b || character === 0x7b) depth += 1;
        else if (character === 0x5d || character === 0x7d) depth -= 1;
        if (depth > maxDepth) return true;
    }
    return false;
}

/** Undefined for invalid JSON, which has no undefined. */
function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Parses one document per line, skipping blank lines; undefined when a line is invalid. */
function parseLines(text: string): unknown[] | undefined {
    const values: unknown[] = [];
    for (const line of text.split('\n')) {
        if (line.trim() === '') continue;
        const value = parseJson(line.replace(/,\s*$/, ''));
        if (value === undefined) return undefined;
        values.push(value);
    }
    return values;
}

/** Removes commas outside strings that no value follows. */
function dropStrayCommas(text: string): string {
    // Not by `replace`, which holds every match until the end: 200 MB for a list of 9 MB.
    const kept: string[] = [];
    let start = 0;
    let isQuoted = false;
    for (const { 0: match, index } of text.matchAll(/\\.|"|,(?=\s*(?:[,\]}]|$))/gs)) {
        if (match === '"') isQuoted = !isQuoted;
        if (match !== ',' || isQuoted) continue;
        kept.push(text.slice(start, index));
        start = index + 1;
    }
    return `${kept.join('')}${text.slice(start)}`;
}
