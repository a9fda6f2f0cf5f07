import { isColumnName, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';
import { hasProfileAddress } from '../read-addresses.ts';

const maxHeadingLength = 1000;

/**
 * The heading of a list and its position. `isTable`: the texts are rows of a spreadsheet, with cells separated by tabs.
 */
type Heading = { place: number; meaning: ColumnMeaning; isTable: boolean };

/**
 * Finds the heading above a list, which is not a line. A word for something else is a heading only above addresses;
 * above words it is a line itself (`place` is -1), and says that the words are not handles.
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
