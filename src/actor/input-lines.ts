import type { ListFetch } from './fetch-list.ts';
import { maxLines, type ActorInput } from './input.ts';

export type LinesReading = { ok: true; lines: string[] } | { ok: false; code: string; message: string };

/**
 * Gathers the lines of every list in the input, in the order of its fields, blank ones left out. A list that cannot be
 * read, no line at all and more than 5,000 of them are mistakes.
 */
export async function readInputLines(
    input: Pick<ActorInput, 'profileUrls' | 'urls' | 'linkedinUrls' | 'startUrls'>,
    fetchList: (address: string) => Promise<ListFetch>,
): Promise<LinesReading> {
    const lines = [...input.profileUrls, ...input.urls, ...input.linkedinUrls];
    for (const { url, requestsFromUrl } of input.startUrls) {
        if (url !== undefined) lines.push(url);
        if (requestsFromUrl === undefined) continue;
        const fetched = await fetchList(requestsFromUrl);
        if (!fetched.ok) {
            const shown = requestsFromUrl.length > 80 ? `${requestsFromUrl.slice(0, 80)}…` : requestsFromUrl;
            return { ok: false, code: 'unreadable_list', message: `The linked list ${shown} ${fetched.problem}.` };
        }
        lines.push(...splitList(fetched.text));
    }
    const filled = lines.filter((line) => line.trim() !== '');
    if (filled.length === 0) {
        return {
            ok: false,
            code: 'no_lines',
            message: 'There is no profile URL in the input. Put at least one into `profileUrls`.',
        };
    }
    if (filled.length > maxLines) {
        const given = filled.length.toLocaleString('en-US');
        return {
            ok: false,
            code: 'too_many_lines',
            message: `The input has ${given} lines, and one run takes 5,000. Split the list and run it in parts.`,
        };
    }
    return { ok: true, lines: filled };
}

/** The lines of a text or CSV file: of a row with cells, the one that holds a LinkedIn address. */
function splitList(text: string): string[] {
    const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    const isTable = rows.some((row) => /[,;\t].*linkedin\.c|linkedin\.c[^,;\t]*[,;\t]/i.test(row));
    if (!isTable) return rows;
    return rows.flatMap((row) => row.split(/[,;\t]/).filter((cell) => /linkedin\.c(?:om|n)/i.test(cell)));
}
