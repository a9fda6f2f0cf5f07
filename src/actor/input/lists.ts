import type { ListFetch } from './download.ts';
import { maxLines, type ActorInput } from '../input.ts';
import { cutText, quoteInput } from '../quote-input.ts';
import { readList } from './read-list.ts';

export type LinesReading =
    | { ok: true; lines: string[]; warnings: string[] }
    | { ok: false; code: string; message: string };

/** The most characters of a line that are kept: longer is no profile URL, and the row that says so repeats the line. */
const maxLineLength = 2000;

/**
 * Gathers the lines of every list in the input, in the order of its fields, blank ones left out. A list that cannot be
 * read, no line at all and more than 5,000 of them are mistakes.
 */
export async function readInputLines(
    input: Pick<ActorInput, 'profileUrls' | 'urls' | 'linkedinUrls' | 'startUrls'>,
    fetchList: (address: string) => Promise<ListFetch>,
): Promise<LinesReading> {
    const lines = [...input.profileUrls, ...input.urls, ...input.linkedinUrls];
    const warnings: string[] = [];
    for (const { url, requestsFromUrl } of input.startUrls) {
        if (url !== undefined) lines.push(url);
        if (requestsFromUrl === undefined) continue;
        const name = `The linked list ${quoteInput(requestsFromUrl)}`;
        const fetched = await fetchList(requestsFromUrl);
        if (!fetched.ok) return { ok: false, code: 'unreadable_list', message: `${name} ${fetched.problem}.` };
        const list = await readList(fetched.text);
        if (list.lines.length === 0) warnings.push(`${name} holds no line.`);
        if (list.leftOutCount > 0) warnings.push(describeLeftOut(list.leftOutCount, name));
        if (list.supposedHeader !== null) {
            warnings.push(
                `${name} begins with \`${quoteInput(list.supposedHeader)}\`, which was taken for its header.`,
            );
        }
        lines.push(...list.lines);
    }
    const filled = lines.filter((line) => line.trim() !== '').map((line) => cutText(line, maxLineLength));
    if (filled.length === 0) {
        const message = 'There is no profile URL in the input. Put at least one into `profileUrls`.';
        return { ok: false, code: 'no_lines', message: [...warnings, message].join(' ') };
    }
    if (filled.length > maxLines) {
        const given = filled.length.toLocaleString('en-US');
        return {
            ok: false,
            code: 'too_many_lines',
            message: `The input has ${given} lines, and one run takes 5,000. Split the list and run it in parts.`,
        };
    }
    return { ok: true, lines: filled, warnings };
}

function describeLeftOut(count: number, name: string): string {
    const rows = count === 1 ? '1 row holds' : `${count.toLocaleString('en-US')} rows hold`;
    return `${name}: ${rows} no LinkedIn address and ${count === 1 ? 'was' : 'were'} left out.`;
}
