import { quoteInput } from '../../quote-input.ts';

/**
 * A link as messages and files name it: its host and path. Its parameters may hold a key, and its beginning a password.
 */
export function describeLink(address: string): string {
    if (!URL.canParse(address)) return quoteInput(address.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//'));
    const { origin, protocol, host, pathname } = new URL(address);
    return quoteInput(`${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`);
}
