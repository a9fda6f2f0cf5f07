import { toLines } from '../../../src/actor/input/lists/list-entry.ts';
import type { InputLine } from '../../../src/actor/input/lines/run-lines.ts';
import { buildWorklist, type Worklist, type WorklistOptions } from '../../../src/actor/input/lines/worklist.ts';
import { parseHandle } from '../../../src/enrichment/profile-url/profile-url.ts';

/** The lines of one list of addresses and handles. */
export function inputLinesOf(urls: readonly string[]): InputLine[] {
    return urls.map((url, inputIndex) => {
        const [line] = toLines(inputIndex + 1, [{ url, parsing: parseHandle(url) }]);
        if (!line) throw new Error('an address is one line');
        const { kind: _, ...rest } = line;
        return { ...rest, inputIndex, list: 0 };
    });
}

/** The worklist of one list of addresses and handles. */
export function worklistOf(urls: readonly string[], options: WorklistOptions = {}): Worklist {
    return buildWorklist(inputLinesOf(urls), options);
}
