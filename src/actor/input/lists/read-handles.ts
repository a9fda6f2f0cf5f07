import { parseHandle } from '../../../enrichment/profile-url/profile-url.ts';
import { withParsing, type ListEntry } from './list-entry.ts';

/** A line that is a word, read as the handle that it is. */
export function readWord(entry: ListEntry): ListEntry {
    const isWord = entry.kind === 'line' && entry.rejection?.kind === 'bareWord';
    return isWord ? withParsing(entry, parseHandle(entry.url)) : entry;
}

/** A line of a list of handles: a word is one, several with commas between them are lines of their own. */
export function readHandles(entry: ListEntry): ListEntry[] {
    if (entry.kind !== 'line' || !/^(?:bareWord|notAUrl)$/.test(entry.rejection?.kind ?? '')) return [entry];
    const parts = entry.url.split(/[,;]/).map((part) => part.trim());
    const areHandles = parts.every((part) => parseHandle(part).ok);
    // `Example, Ada` is somebody's name.
    if (parts.length > 1 && areHandles && !/\p{Lu}/u.test(entry.url)) {
        return parts.map((part) => withParsing(entry, parseHandle(part), part));
    }
    return [withParsing(entry, parseHandle(entry.url))];
}
