/** The most characters of user input repeated in a message. */
const maxQuoteLength = 80;

/** User input for a message: shortened, without control characters. */
export function quoteInput(text: string): string {
    return cutText(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ''), maxQuoteLength);
}

/** Shortens a text to `maxLength` UTF-16 units and a trailing `…`. */
export function cutText(text: string, maxLength: number): string {
    return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
