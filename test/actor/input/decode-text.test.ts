import { describe, expect, it } from 'vitest';
import { decodeList } from '../../../src/actor/input/decode-text.ts';

describe('the bytes of a list', () => {
    it.each([
        ['UTF-8', Buffer.from('zoë'), 'zoë'],
        ['UTF-8 with its mark', Buffer.from('\uFEFFzoë'), 'zoë'],
        ['UTF-16, as Excel writes "Unicode text"', Buffer.from('\uFEFFzoë\tx', 'utf16le'), 'zoë\tx'],
        ['UTF-16, the other way round', Buffer.from('\uFEFFzoë', 'utf16le').swap16(), 'zoë'],
        ['Windows-1252', Buffer.from('zoë', 'latin1'), 'zoë'],
        ['nothing', Buffer.alloc(0), ''],
    ])('are read as %s', (_name, bytes, text) => {
        expect(decodeList(bytes)).toBe(text);
    });

    it.each([
        ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0')],
        ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
    ])('are refused as %s', (_name, bytes) => {
        expect(decodeList(bytes)).toBeNull();
    });
});
