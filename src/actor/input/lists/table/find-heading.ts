import { isColumnName, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';
import { hasProfileAddress } from '../read-addresses.ts';

const maxHeadingLength = 1000;

/** A text above a list and its place among the texts. `isTable`: the texts are rows of a spreadsheet, cells between tabs. */
type Heading = { place: number; meaning: ColumnMeaning; isTable: boolean };

/**
 * The text above a list that says what it holds: it is no line. A word for something else is one only above addresses;
 * above words it is one itself (`place` is -1) and says that they are no handles.
 */
export function findHeading(texts: readonly string[]): Heading | null {
    const place = texts.findIndex((text) => text.trim() !== '');
    const others = texts.slice(place + 1).filter((text) => text.trim() !== '');
    const text = texts[place];
    if (text === undefined || text.length > maxHeadingLength || others.length === 0) return null;
    const cells = text
        .split(/[\t;,|]/)
        .map((cell) => cell.trim())
        .filter(Boolean);
    if (isNameWithExample(text)) return { place, meaning: 'linkedin', isTable: false };
    if (!cells.every(isColumnName)) return null;
    const meanings = cells.map(readColumnName);
    const meaning =
        (['linkedin', 'link', 'handle'] as const).find((one) => meanings.includes(one)) ??
        meanings.find((one) => one !== null);
    if (!meaning) return null;
    const isOfList = meaning === 'linkedin' || meaning === 'link' || meaning === 'handle';
    if (!isOfList && !others.some(hasProfileAddress)) return { place: -1, meaning, isTable: false };
    const width = text.split('\t').length;
    const sameWidth = others.filter((other) => other.split('\t').length === width).length;
    return { place, meaning, isTable: width > 1 && sameWidth > others.length / 2 };
}
