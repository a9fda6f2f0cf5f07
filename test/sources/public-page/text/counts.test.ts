import { describe, expect, it } from 'vitest';
import { parseCount } from '../../../../src/sources/public-page/text/counts.ts';

describe('parseCount', () => {
    it.each([
        ['681 followers', 'en', 681],
        ['12M followers', 'en', 12_000_000],
        ['1.2K followers', 'en', 1200],
        ['12,345 followers', 'en', 12_345],
        ['500+ connections', 'en', 500],
        ['12,34,567 followers', 'en-IN', 1_234_567],
        ['12.345 Follower:innen', 'de', 12_345],
        ['1,2 Mio. Follower:innen', 'de', 1_200_000],
        ['12 345 abonnés', 'fr', 12_345],
        ['12 k abonnés', 'fr', 12_000],
        ['Plus de 500 relations', 'fr', 500],
        ['1,5 mil seguidores', 'es', 1500],
        ['Más de 500 contactos', 'es', 500],
        ['12 mil seguidores', 'pt', 12_000],
        ['1,2 mi seguidores', 'pt', 1_200_000],
        ['1.234 follower', 'it', 1234],
        ['1,2 Mln di follower', 'it', 1_200_000],
        ['12K volgers', 'nl', 12_000],
        ['12 tn följare', 'sv', 12_000],
        ['12 tys. obserwujących', 'pl', 12_000],
        ['12 tis. sledujících', 'cs', 12_000],
        ['12 B takipçi', 'tr', 12_000],
        ['12 bin takipçi', 'tr', 12_000],
        ['フォロワー1.2万人', 'ja', 12_000],
        ['フォロワー: 12,345人', 'ja', 12_345],
        ['1.2万 位关注者', 'zh', 12_000],
        ['500+ 位好友', 'zh', 500],
        ['팔로워 1.2만명', 'ko', 12_000],
        ['1촌 500명+', 'ko', 500],
        ['١٢٬٣٤٥ متابع', 'ar', 12_345],
        ['12 ألف متابع', 'ar', 12_000],
        ['12 тыс. отслеживающих', 'ru', 12_000],
        ["12'345 followers", 'de', 12_345],
    ])('reads %s (%s) as %d', (text, language, count) => expect(parseCount(text, language)).toBe(count));

    it.each([
        ['Contact Info', 'en'],
        ['', 'en'],
        ['1.2345 followers', 'en'],
        ['1.234K followers', 'en'],
        ['12 of 500', 'en'],
        ['1,23 followers', 'en'],
        ['1.234,567 followers', 'en'],
    ])('rejects %j (%s)', (text, language) => expect(parseCount(text, language)).toBeNull());
});
