import { quoteInput } from '../../quote-input.ts';
import type { ColumnChoice } from './choose-column.ts';

/** How many other columns are named. */
const maxNamed = 3;

/** What a user should know of the column that was chosen: sentences that go on after the list's name. */
export function describeChoice(
    { index, isHandles, others }: ColumnChoice,
    names: readonly string[],
    { isNamed, isSupposed = false }: { isNamed: boolean; isSupposed?: boolean },
): string[] {
    const name = `\`${quoteInput(names[index] ?? '')}\``;
    const notes: string[] = [];
    if (isSupposed) notes.push(` begins with ${name}, which was taken for its header.`);
    if (isHandles) notes.push(`: the words of ${name} are taken for handles (linkedin.com/in/<word>).`);
    if (!isNamed && others.length > 0) {
        const list = others.slice(0, maxNamed).map((other) => `\`${quoteInput(names[other] ?? '')}\``);
        const verb = others.length === 1 ? 'holds' : 'hold';
        notes.push(
            `: the addresses are taken from ${name}; ${list.join(', ')} ${verb} some too. Name another one in \`urlColumn\`.`,
        );
    }
    return notes;
}
