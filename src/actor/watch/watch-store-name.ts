import { createHash } from 'node:crypto';

const maxSlugLength = 40;

/**
 * The key-value store that a watch is kept in: readable, and different for every name, however alike two of them look
 * once they are spelt as a storage takes it (a-z, 0-9 and hyphens, 63 at most).
 */
export function buildWatchStoreName(watchName: string): string {
    const slug = watchName
        .normalize('NFKD')
        .toLowerCase()
        .replace(/\p{Mark}/gu, '')
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, maxSlugLength)
        .replace(/^-+|-+$/g, '');
    const hash = createHash('sha256').update(watchName.normalize('NFC')).digest('hex').slice(0, 8);
    return `watch-${slug === '' ? 'list' : slug}-${hash}`;
}
