import { Tokenizer } from 'htmlparser2';

/** What htmlparser2 declares private, and this file uses; its test tells when a version is different. */
type Internals = {
    buffer: string;
    /** Where `buffer` begins in the page. */
    offset: number;
    /** The place that is looked at, in the page. */
    index: number;
    stateInAttributeName(code: number): void;
};

const InternalTokenizer = Tokenizer as unknown as new (
    ...options: ConstructorParameters<typeof Tokenizer>
) => Internals;

/**
 * htmlparser2's tokenizer, looking in one go for the end of what it goes through character by character: values, texts
 * and comments, and the names of attributes, which are three quarters of a page between them.
 */
class InternalSearchingTokenizer extends InternalTokenizer {
    /** Goes on to the next such character; false, and to the end of the buffer, when there is none. */
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

/** Whether a character is none of an attribute's name: `=`, `>`, `/` or a blank. Most letters are beyond all of them. */
function endsName(code: number): boolean {
    return code <= 0x3e && (code >= 0x3d || code === 0x2f || code === 0x20 || (code >= 9 && code <= 13 && code !== 11));
}

export const SearchingTokenizer = InternalSearchingTokenizer as unknown as typeof Tokenizer;
