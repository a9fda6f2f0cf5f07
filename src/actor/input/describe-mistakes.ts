import type * as z from 'zod';
import { findNearestWord } from './nearest-word.ts';
import { quoteInput } from './quote-input.ts';

/** Mistakes listed in a message. */
const maxNamed = 10;

/** What the input fields accept. */
export type Expectations = {
    /** By field; continues "The input field `x`". */
    expectations: Record<string, string>;
    /** The valid names of a list field, for fields whose wrong names are quoted. */
    names: Record<string, readonly string[]>;
};

/** One sentence per invalid field, and what to do. */
export function describeMistakes(
    raw: Record<string, unknown>,
    issues: readonly z.core.$ZodIssue[],
    known: Expectations,
): string {
    const sentences = issues.map(({ path: [field, place] }) =>
        describeMistake(String(field), (raw[String(field)] as unknown[] | undefined)?.[Number(place)], known),
    );
    const mistakes = [...new Set(sentences)];
    const advice = mistakes.length === 1 ? 'Correct it and run again.' : 'Correct them and run again.';
    const rest = mistakes.splice(maxNamed).length;
    return [...mistakes, ...(rest === 0 ? [] : [`There are ${rest} more.`]), advice].join(' ');
}

/** Quotes a wrong name in a list with the nearest valid one; otherwise says what the field accepts. */
function describeMistake(field: string, value: unknown, { expectations, names }: Expectations): string {
    const choices = names[field];
    if (!choices || typeof value !== 'string') return `The input field \`${field}\` ${expectations[field]}.`;
    const meant = findNearestWord(value, choices);
    const help = meant === null ? `Known fields: ${choices.join(', ')}.` : `Did you mean \`${meant}\`?`;
    return `The input field \`${field}\` takes profile fields, and \`${quoteInput(value)}\` is not one. ${help}`;
}
