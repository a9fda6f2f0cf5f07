/** Letters that Unicode normalisation does not decompose. */
const letters = new Map(Object.entries({ ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }));

/**
 * A place name for comparison: folds case, diacritics, apostrophes and hyphens, and expands "St." to "Saint".
 */
export function foldName(name: string): string {
    const lower = name.trim().toLowerCase();
    // A fast path for most names.
    const plain = /^[a-z ]*$/.test(lower) ? lower : foldLetters(lower);
    return plain.startsWith('st ') || plain.startsWith('ste ') || / ste? /.test(plain)
        ? plain.replace(/(?<![^ ])ste? /g, (word) => (word === 'st ' ? 'saint ' : 'sainte '))
        : plain;
}

function foldLetters(lower: string): string {
    return lower
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFC')
        .replace(/[ßøæœłđðþı]/g, (letter) => letters.get(letter) ?? letter)
        .replace(/[’‘ʻʼ`´]/g, "'")
        .replace(/\b(st|ste|ft|mt)\./g, '$1')
        .replace(/[\u2010-\u2015-]/g, '-')
        .replace(/\s+/g, ' ');
}
