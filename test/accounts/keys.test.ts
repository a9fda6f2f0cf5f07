import { describe, expect, it } from 'vitest';
import { generateApiKey, hashApiKey, isApiKeyWellFormed } from '../../src/accounts/keys.ts';

describe('API keys', () => {
    it.each(['live', 'test'] as const)('creates unique %s keys that name their mode', (mode) => {
        const keys = new Set(Array.from({ length: 1000 }, () => generateApiKey(mode)));
        expect(keys.size).toBe(1000);
        for (const key of keys) {
            expect(key).toMatch(new RegExp(`^atm_${mode}_[0-9A-Za-z]{38}$`));
            expect(isApiKeyWellFormed(key)).toBe(true);
        }
    });

    it('detects any single mistyped character', () => {
        const key = generateApiKey('live');
        for (let index = 'atm_live_'.length; index < key.length; index += 1) {
            const other = key[index] === 'x' ? 'y' : 'x';
            expect(isApiKeyWellFormed(key.slice(0, index) + other + key.slice(index + 1))).toBe(false);
        }
    });

    it.each(['', 'atm_live_', 'Bearer x', `atm_prod_${'a'.repeat(38)}`])('rejects %j', (text) => {
        expect(isApiKeyWellFormed(text)).toBe(false);
    });

    it('have a hash that does not contain the key', () => {
        const key = generateApiKey('live');
        expect(hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/);
        expect(hashApiKey(key)).not.toContain(key.slice(9));
    });
});
