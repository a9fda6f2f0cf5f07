import { quoteInput } from '../../quote-input.ts';

/** A link for messages and file names: host and path only, since parameters may hold a key and the start a password. */
export function describeLink(address: string): string {
    if (!URL.canParse(address)) return quoteInput(address.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//'));
    const { origin, protocol, host, pathname } = new URL(address);
    return quoteInput(`${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`);
}
