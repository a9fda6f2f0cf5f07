import { Tokenizer } from 'htmlparser2';

/** Private members of htmlparser2 that this file uses; its test fails when a version changes them. */
type Internals = {
    buffer: string;
    /** The position of `buffer` in the page. */
    offset: number;
    /** The current position in the page. */
    index: number;
    stateInAttributeName(code: number): void;
};

const InternalTokenizer = Tokenizer as unknown as new (
    ...options: ConstructorParameters<typeof Tokenizer>
) => Internals;

/**
 * htmlparser2's tokenizer with faster searches for the end of values, texts, comments and attribute names, which it
 * scans character by character. Together they are three quarters of a page.
 */
class InternalSearchingTokenizer extends InternalTokenizer {
    /** Advances to the next such character; without one, to the end of the buffer, and returns false. */
    fastForwardTo(code: number): boolean {
        const { buffer, offset } = this;
        const place = buffer.indexOf(String.fromCharCode(code), this.index - offset + 1);
        this.index = offset + (place < 0 ? buffer.length - 1 : place);
        return place >= 0;
    }

    override stateInAttributeName(code: number): void {
        const { buffer, offset } = this;
        let place = this.index - offset;
        let next = code;
        while (!endsName(next)) {
            place += 1;
            if (place === buffer.length) {
                this.index = offset + place - 1;
                return;
            }
            next = buffer.charCodeAt(place);
        }
        this.index = offset + place;
        super.stateInAttributeName(next);
    }
}

/** Whether a character ends an attribute name: `=`, `>`, `/` or white space. Letters fail the first comparison. */
function endsName(code: number): boolean {
    return code <= 0x3e && (code >= 0x3d || code === 0x2f || code === 0x20 || (code >= 9 && code <= 13 && code !== 11));
}

export const SearchingTokenizer = InternalSearchingTokenizer as unknown as typeof Tokenizer;
