import { decodeHTML, decodeHTMLAttribute } from 'entities';

/** The attributes that are read; others are passed over. */
export const attributeNames = [
    'id',
    'src',
    'rel',
    'href',
    'name',
    'type',
    'class',
    'content',
    'property',
    'data-section',
    'data-delayed-url',
    'data-tracking-control-name',
] as const;

export type AttributeName = (typeof attributeNames)[number];
export type Attributes = Partial<Record<AttributeName, string>>;

const namesByLength: AttributeName[][] = [];
for (const name of attributeNames) (namesByLength[name.length] ??= []).push(name);

const beyondAscii = /[\u0080-\u00FF]/;
export const slash = 0x2f;
const equals = 0x3d;
export const greaterThan = 0x3e;
const doubleQuote = 0x22;
const singleQuote = 0x27;

/** The characters of a text that was taken as bytes. */
export function decodeText(bytes: string): string {
    const text = decodeBytes(bytes);
    return text.includes('&') ? decodeHTML(text) : text;
}

/** UTF-8 as characters: bytes are what came in, a character for each. */
export function decodeBytes(bytes: string): string {
    return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

export function isSpace(code: number): boolean {
    return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Marks the bytes that end the name of an attribute. Behind the end of a text there is NaN, which ends it too. */
const nameEnds = Uint8Array.from({ length: 256 }, (_, code) =>
    isSpace(code) || code === slash || code === greaterThan || code === equals ? 1 : 0,
);

/** Reads the wanted attributes of a tag. Returns where its `>` is; null when the tag is cut off. */
export function readAttributes(text: string, from: number, attributes: Attributes): number | null {
    let at = from;
    for (;;) {
        let code = text.charCodeAt(at);
        while (isSpace(code) || code === slash) code = text.charCodeAt((at += 1));
        if (code === greaterThan) return at;
        const nameAt = at;
        // A name may begin with `=`, but not go on with it.
        if (code === equals) code = text.charCodeAt((at += 1));
        while (nameEnds[code] === 0) code = text.charCodeAt((at += 1));
        const nameEnd = at;
        while (isSpace(code)) code = text.charCodeAt((at += 1));
        if (at >= text.length) return null;
        let valueAt = at;
        let valueEnd = at;
        if (code === equals) {
            code = text.charCodeAt((at += 1));
            while (isSpace(code)) code = text.charCodeAt((at += 1));
            if (code === doubleQuote || code === singleQuote) {
                valueAt = at + 1;
                valueEnd = text.indexOf(code === doubleQuote ? '"' : "'", valueAt);
                if (valueEnd < 0) return null;
                at = valueEnd + 1;
            } else {
                valueAt = at;
                while (at < text.length && !isSpace(code) && code !== greaterThan) code = text.charCodeAt((at += 1));
                valueEnd = at;
            }
        }
        const name = findWantedName(text, nameAt, nameEnd);
        // The first of several of one name counts.
        if (name !== null && attributes[name] === undefined) {
            const value = decodeBytes(text.slice(valueAt, valueEnd));
            attributes[name] = value.includes('&') ? decodeHTMLAttribute(value) : value;
        }
    }
}

/** The wanted attribute that is named in a place of the text, in small letters or capitals; null when there is none. */
function findWantedName(text: string, from: number, to: number): AttributeName | null {
    const names = namesByLength[to - from];
    if (!names) return null;
    for (const name of names) if (text.startsWith(name, from)) return name;
    const lower = text.slice(from, to).toLowerCase();
    return names.find((name) => name === lower) ?? null;
}
