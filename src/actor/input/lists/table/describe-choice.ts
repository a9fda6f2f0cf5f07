import { quoteInput } from '../../quote-input.ts';
import type { ColumnChoice } from './choose-column.ts';

/** Other columns named in a message. */
const maxNamed = 3;

/** Notes on the chosen column: texts that continue the list's title. */
export function describeChoice(
    { index, isHandles, others }: ColumnChoice,
    names: readonly string[],
    { isNamed, isSupposed = false }: { isNamed: boolean; isSupposed?: boolean },
): string[] {
    const name = `\`${quoteInput(names[index] ?? '')}\``;
    const notes: string[] = [];
    if (isSupposed) notes.push(` starts with ${name}, which was read as its header.`);
    if (isHandles) notes.push(`: the words of ${name} are read as handles (linkedin.com/in/<word>).`);
    if (!isNamed && others.length > 0) {
        const list = others.slice(0, maxNamed).map((other) => `\`${quoteInput(names[other] ?? '')}\``);
        const verb = others.length === 1 ? 'holds' : 'hold';
        notes.push(
            `: the addresses are taken from ${name}; ${list.join(', ')} ${verb} some too. To use another one, name it in \`urlColumn\`.`,
        );
    }
    return notes;
}
