import { parseHandle } from '../../../enrichment/profile-url/profile-url.ts';
import { withParsing, type ListEntry } from './list-entry.ts';

/** Reads a line of one word as a handle. */
export function readWord(entry: ListEntry): ListEntry {
    const isWord = entry.kind === 'line' && entry.rejection?.kind === 'bareWord';
    return isWord ? withParsing(entry, parseHandle(entry.url)) : entry;
}

/** Reads a line of a handle list: a word is a handle, several separated by commas are lines of their own. */
export function readHandles(entry: ListEntry): ListEntry[] {
    if (entry.kind !== 'line' || !/^(?:bareWord|notAUrl)$/.test(entry.rejection?.kind ?? '')) return [entry];
    const parts = entry.url.split(/[,;]/).map((part) => part.trim());
    const areHandles = parts.every((part) => parseHandle(part).ok);
    // `Example, Ada` is a name.
    if (parts.length > 1 && areHandles && !/\p{Lu}/u.test(entry.url)) {
        return parts.map((part) => withParsing(entry, parseHandle(part), part));
    }
    return [withParsing(entry, parseHandle(entry.url))];
}
