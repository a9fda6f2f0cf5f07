import { describe, expect, it } from 'vitest';
import { cleanLine, dropInvisible } from '../../../src/enrichment/profile-url/unwrap-line.ts';
import {
    parseHandle,
    parseProfileUrl,
    parseStrictProfileUrl,
} from '../../../src/enrichment/profile-url/profile-url.ts';

/** Quadratic or worse, these take minutes and run into the test's timeout. */
describe('texts made to be slow', () => {
    const joiners = '\u200D'.repeat(300_000);

    it('take time linear in what is stripped off', () => {
        expect(dropInvisible(`x${joiners}x`)).toBe(`x${joiners}x`);
        expect(dropInvisible(`${joiners}x${joiners}`)).toBe('x');
        const quotes = '" '.repeat(150_000);
        expect(cleanLine(`x${quotes}x`)).toBe(`x${quotes}x`);
    });

    it('match a character that is both letter and emoji in one way only', () => {
        expect(parseProfileUrl(`${'ℹ'.repeat(60)}!`)).toMatchObject({ ok: false });
        expect(parseHandle('ℹℹℹ')).toMatchObject({ ok: true });
    });

    it('are not parsed by the API beyond 2,048 characters', () => {
        const url = `https://www.linkedin.com/in/ada${joiners}`;
        expect(parseStrictProfileUrl(url.slice(0, 2048)).ok).toBe(true);
        expect(parseStrictProfileUrl(url.slice(0, 2049))).toMatchObject({
            ok: false,
            reason: expect.stringContaining('The URL must be https://www.linkedin.com/in/<name>'),
        });
    });
});
