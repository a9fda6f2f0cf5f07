import type * as z from 'zod';
import { findNearestWord } from './nearest-word.ts';
import { quoteInput } from './quote-input.ts';

/** How many mistakes are named. */
const maxNamed = 10;

/** What the fields of the input take, for those who gave something else. */
export type Expectations = {
    /** By the name of the field; goes on with "The input field `x`". */
    expectations: Record<string, string>;
    /** What a list can name of which a wrong name is quoted, by the field that holds it. */
    names: Record<string, readonly string[]>;
};

/** A sentence for each wrong field of an input, and what to do. */
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

/** A wrong name in a list of names, with the one that was probably meant; anything else by what the field takes. */
function describeMistake(field: string, value: unknown, { expectations, names }: Expectations): string {
    const choices = names[field];
    if (!choices || typeof value !== 'string') return `The input field \`${field}\` ${expectations[field]}.`;
    const meant = findNearestWord(value, choices);
    const help = meant === null ? `These are known: ${choices.join(', ')}.` : `Did you mean \`${meant}\`?`;
    return `The input field \`${field}\` takes profile fields, and \`${quoteInput(value)}\` is none. ${help}`;
}
