import { describe, expect, it } from 'vitest';
import { generateApiKey, hashApiKey, isApiKeyWellFormed } from '../../src/accounts/keys.ts';

describe('API keys', () => {
    it.each(['live', 'test'] as const)('makes %s keys that name their mode and never repeat', (mode) => {
        const keys = new Set(Array.from({ length: 1000 }, () => generateApiKey(mode)));
        expect(keys.size).toBe(1000);
        for (const key of keys) {
            expect(key).toMatch(new RegExp(`^atm_${mode}_[0-9A-Za-z]{38}$`));
            expect(isApiKeyWellFormed(key)).toBe(true);
        }
    });

    it('notices any one letter that was mistyped', () => {
        const key = generateApiKey('live');
        for (let index = 'atm_live_'.length; index < key.length; index += 1) {
            const other = key[index] === 'x' ? 'y' : 'x';
            expect(isApiKeyWellFormed(key.slice(0, index) + other + key.slice(index + 1))).toBe(false);
        }
    });

    it.each(['', 'atm_live_', 'Bearer x', `atm_prod_${'a'.repeat(38)}`])('takes %j for no key', (text) => {
        expect(isApiKeyWellFormed(text)).toBe(false);
    });

    it('hashes to something that does not hold the key', () => {
        const key = generateApiKey('live');
        expect(hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/);
        expect(hashApiKey(key)).not.toContain(key.slice(9));
    });
});
