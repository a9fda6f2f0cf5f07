/** What Python writes for a number that is none. */
const notANumber = /([:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** Brackets inside texts count too: it is a limit, not a measure. */
const maxDepth = 5000;

/** What a text holds that begins like JSON: its values, or that it is broken; null for a text of another kind. */
export type JsonParsing = { ok: true; value: unknown } | { ok: false } | null;

/**
 * Reads JSON as people have it: one document, one a line (JSON Lines), with commas too many. A text in brackets that
 * is no JSON, as a list of Markdown links is, is of another kind.
 */
export function parseJsonText(text: string): JsonParsing {
    const start = /^\s*([[{])\s*(.?)/s.exec(text);
    if (!start) return null;
    if (isTooDeep(text)) return { ok: false };
    const value = parseJson(text) ?? parseLines(text) ?? parseJson(dropStrayCommas(text).replace(notANumber, '$1null'));
    if (value !== undefined) return { ok: true, value };
    const [, bracket, next = ''] = start;
    return bracket === '{' || /["{[]/.test(next) ? { ok: false } : null;
}

/** Whether brackets nest deeper than any list does: parsing ten million of them would take 700 MB. */
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

/** Undefined when the text is no JSON document: JSON has no undefined. */
function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** One document a line, blank lines left out; undefined when a line is none. */
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

/** The text without commas that nothing follows, in texts of it left alone. */
function dropStrayCommas(text: string): string {
    const kept: string[] = [];
    let start = 0;
    let comma = -1;
    let isQuoted = false;
    for (let place = 0; place < text.length; place += 1) {
        const character = text[place];
        if (isQuoted) {
            if (character === '\\') place += 1;
            else if (character === '"') isQuoted = false;
        } else if (character === ',') {
            if (comma < 0) comma = place;
            else cut(place);
        } else if (character === ']' || character === '}') {
            if (comma >= 0) cut(comma);
            comma = -1;
        } else if (character !== undefined && character.trim() !== '') {
            comma = -1;
            isQuoted = character === '"';
        }
    }
    return `${kept.join('')}${text.slice(start)}`.replace(/[,\s]+$/, '');

    function cut(place: number): void {
        if (place < start) return;
        kept.push(text.slice(start, place));
        start = place + 1;
    }
}
