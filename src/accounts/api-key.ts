import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Mode } from '../enrichment/result.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 of 62 letters: 190 bits, far more than can be guessed. */
const secretLength = 32;
const checksumLength = 6;

/** A new key: `atm_live_` or `atm_test_`, 32 random letters, and a checksum that tells a mistyped key at once. */
export function generateApiKey(mode: Mode): string {
    const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join('');
    const body = `atm_${mode}_${secret}`;
    return body + buildChecksum(body);
}

/** Whether a text has the form and the checksum of a key. Says nothing of whether the key exists. */
export function isApiKeyWellFormed(text: string): boolean {
    if (!/^atm_(?:live|test)_[0-9A-Za-z]{38}$/.test(text)) return false;
    return text.slice(-checksumLength) === buildChecksum(text.slice(0, -checksumLength));
}

/** What is stored of a key: its SHA-256. A key is random enough that no slower hash would add anything. */
export function hashApiKey(key: string): string {
    return createHash('sha256').update(key).digest('hex');
}

function buildChecksum(body: string): string {
    let rest = crc32(body);
    let checksum = '';
    for (let index = 0; index < checksumLength; index += 1) {
        checksum = alphabet[rest % alphabet.length] + checksum;
        rest = Math.floor(rest / alphabet.length);
    }
    return checksum;
}
