import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../../src/actor/input/lists/decode-text.ts';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const known = (text: string) => ({ text, guessedCharset: null });

describe('the bytes of a list file', () => {
    it.each([
        ['UTF-8', Buffer.from('zoë'), known('zoë')],
        ['UTF-8 with its mark', Buffer.from('\uFEFFzoë'), known('zoë')],
        ['UTF-16, as Excel writes "Unicode text"', utf16('\uFEFFzoë\tx'), known('zoë\tx')],
        ['UTF-16, the other way round', utf16('\uFEFFzoë').swap16(), known('zoë')],
        ['UTF-16 without a mark', utf16('linkedin.com/in/zoë'), known('linkedin.com/in/zoë')],
        ['UTF-16 without a mark, the other way round', utf16('in/zoë, x').swap16(), known('in/zoë, x')],
        [
            'UTF-16 in which other letters stand too',
            utf16('山田太郎,www.linkedin.com'),
            known('山田太郎,www.linkedin.com'),
        ],
        ['a text that ends in NUL', Buffer.from('zoë\n\0\0\0'), known('zoë\n')],
        ['a text that ends in Ctrl-Z', Buffer.from('zoë\r\n\x1A'), known('zoë\r\n')],
        ['a text that is padded at its end', Buffer.from('zoë\n\x1A\x1A\0\n'), known('zoë\n')],
        ['UTF-16 that ends in Ctrl-Z', utf16('linkedin\x1A'), known('linkedin')],
        ['nothing', Buffer.alloc(0), known('')],
        [
            'Windows-1252, which is a guess',
            Buffer.from('zoë', 'latin1'),
            { text: 'zoë', guessedCharset: 'Windows-1252' },
        ],
    ])('are read as %s', (_name, bytes, text) => {
        expect(decodeText(bytes)).toEqual(text);
    });

    it.each([
        ['text/csv; charset=windows-1250', Buffer.from('b3756b61737a', 'hex'), 'łukasz'],
        ['text/plain;charset="ISO-8859-2"', Buffer.from('b3756b61737a', 'hex'), 'łukasz'],
        ['text/csv; charset=koi8-r', Buffer.from('c9d7c1ce', 'hex'), 'иван'],
        ['text/csv; charset=shift_jis', Buffer.from('8e52', 'hex'), '山'],
        ['text/csv; charset=utf-16', utf16('ab'), 'ab'],
        ['text/plain; charset=iso-8859-1', Buffer.from('zo\xEB', 'latin1'), 'zoë'],
        // A server's default is weaker evidence than the bytes.
        ['text/plain; charset=iso-8859-1', Buffer.from('zoë'), 'zoë'],
        ['text/plain; charset=us-ascii', Buffer.from('zoë'), 'zoë'],
        ['text/plain; charset=windows-1250', Buffer.from('\uFEFFzoë'), 'zoë'],
        ['text/plain; charset=nonsense', Buffer.from('zoë'), 'zoë'],
    ])('are read in the charset of %s', (contentType, bytes, text) => {
        expect(decodeText(bytes, contentType)).toEqual(known(text));
    });

    it('have a guessed charset when the server’s is wrong', () => {
        expect(decodeText(Buffer.from('8e5293', 'hex'), 'text/csv; charset=Shift_JIS')?.guessedCharset).toBe(
            'Windows-1252',
        );
    });

    it.each([
        ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0')],
        ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
    ])('are refused as %s', (_name, bytes) => {
        expect(decodeText(bytes)).toBeNull();
    });
});
