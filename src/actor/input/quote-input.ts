/** The most characters of what a user gave that a message repeats. */
const maxQuoteLength = 80;

/** A piece of the input as a message may repeat it: short, and without characters that move a terminal's cursor. */
export function quoteInput(text: string): string {
    return cutText(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ''), maxQuoteLength);
}

/** A text of `maxLength` UTF-16 units at most; what is cut off is shown by `…`. */
export function cutText(text: string, maxLength: number): string {
    return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
