import { fc } from '../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import {
    buildCanonicalUrl,
    parseHandle,
    parseProfileUrl,
    parseStrictProfileUrl,
} from '../../../src/enrichment/profile-url/profile-url.ts';

const canonicalOf = (line: string) => {
    const parsing = parseProfileUrl(line);
    return parsing.ok ? parsing.profileUrl.canonicalUrl : parsing.reason;
};

describe('parseProfileUrl', () => {
    it.each([
        'https://www.linkedin.com/in/ada-example/',
        'https://www.linkedin.com/in/ada-example',
        'http://linkedin.com/in/ada-example',
        'linkedin.com/in/ada-example',
        'www.linkedin.com/in/Ada-Example',
        '//www.linkedin.com/in/ada-example',
        'https://uk.linkedin.com/in/ada-example',
        'https://m.linkedin.com/in/ada-example/',
        'https://touch.linkedin.com/in/ada-example/',
        'https://www.linkedin.cn/in/ada-example',
        'HTTPS://WWW.LINKEDIN.COM/IN/ADA-EXAMPLE/',
        'https://www.linkedin.com/in/ada-example/en',
        'https://www.linkedin.com/in/ada-example/de/',
        'https://www.linkedin.com/in/ada-example/overlay/contact-info/',
        'https://www.linkedin.com/in/ada-example/detail/recent-activity/',
        'https://www.linkedin.com/in/ada-example/recent-activity/all/',
        'https://www.linkedin.com/mwlite/in/ada-example',
        'https://www.linkedin.com/mwlite/profile/in/ada-example',
        'https://www.linkedin.com/comm/in/ada-example',
        'https://www.linkedin.com/public-profile/in/ada-example',
        'https://www.linkedin.com//in/ada-example',
        'https://www.linkedin.com/in/ada-example?trk=public_profile#about',
        '  <https://www.linkedin.com/in/ada-example/>  ',
        '"https://www.linkedin.com/in/ada-example"',
        '\u200Bhttps://www.linkedin.com/in/ada-example\uFEFF',
        'https://www.linkedin.com/in/ada%2Dexample/',
        'https://www.linkedin.com/in/ada%252Dexample/',
        '/in/ada-example',
        'in/ada-example',
        'mwlite/in/ada-example',
        'ftp://www.linkedin.com/in/ada-example',
        'linkedin://in/ada-example',
        'linkedin://www.linkedin.com/in/ada-example',
        'https:/www.linkedin.com/in/ada-example',
        'https:www.linkedin.com/in/ada-example',
        'https:///www.linkedin.com/in/ada-example',
        '`https://www.linkedin.com/in/ada-example`',
        '- https://www.linkedin.com/in/ada-example',
        '• www.linkedin.com/in/ada-example',
        '1. https://www.linkedin.com/in/ada-example',
        '12) www.linkedin.com/in/ada-example',
        '[Ada Example](https://www.linkedin.com/in/ada-example)',
        '- [Ada](https://www.linkedin.com/in/ada-example/)',
        'www.linkedin.com/in/ada-example.',
        'https://www.linkedin.com/in/ada-example;jsessionid=1',
        'https://www.linkedin.com/in/ada-example&trk=x',
        'https://www.linkedin.com:443/in/ada-example',
        'https://https://www.linkedin.com/in/ada-example',
        'http://https//www.linkedin.com/in/ada-example',
        'https://www.linkedin.com/in/in/ada-example',
        'https://www.linkedin.com/in/www.linkedin.com/in/ada-example',
        'https://www.linkedin.com/in/https://www.linkedin.com/in/ada-example/',
        'https://www.linkedin.com/in/https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example',
        'https://www.linkedin.com/https://uk.linkedin.com/in/ada-example',
        'linkedin.com/in/linkedin.com/in/ada-example?trk=x',
        'https://www.google.com/url?q=https://www.linkedin.com/in/ada-example&sa=D',
        'https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example&usg=x',
        'https://www.linkedin.com/authwall?trk=x&sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example%2F',
        'https://www.linkedin.com/uas/login?session_redirect=%2Fin%2Fada-example%2F&trk=x',
        'https://www.linkedin.com/login?session_redirect=https%253A%252F%252Fwww.linkedin.com%252Fin%252Fada-example',
        'https://www.linkedin.com/safety/go?url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example&trk=x',
        'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example&data=x',
        'https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-example%2F',
        'www.linkedin.com%2Fin%2Fada-example',
        'https://www.linkedin.com/in/ada-example/…',
        'https://www.linkedin.com/in/ada-example?trk=publ...',
        'https://www.linkedin.com/pub/ada-example/en',
        'https://www.linkedin.com/pub/ada-example/pt-br',
        'https://www.linkedin.com/pub/ada-example/details/experience',
    ])('reads %s', (line) => {
        expect(canonicalOf(line)).toBe('https://www.linkedin.com/in/ada-example/');
    });

    it('keeps percent-encoded invisible characters, and drops raw ones at the ends', () => {
        for (const handle of ['ada-example%E2%80%8B', '%E2%80%8Eada-example%E2%80%8F'])
            expect(canonicalOf(`https://www.linkedin.com/in/${handle}`)).toBe(`https://www.linkedin.com/in/${handle}/`);
        expect(canonicalOf('https://www.linkedin.com/in/ada-example\u200B')).toBe(
            'https://www.linkedin.com/in/ada-example/',
        );
    });

    it.each([
        ['https://www.linkedin.com/in/José', 'https://www.linkedin.com/in/jose%CC%81'],
        ['https://www.linkedin.com/in/j%C3%BCrgen-m', 'https://de.linkedin.com/in/Jürgen-M/de'],
        ['https://www.linkedin.com/in/山田太郎', 'https://www.linkedin.com/in/%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E/'],
        ['linkedin.com/in/ada-👩‍💻', 'https://www.linkedin.com/in/ada-%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB'],
    ])('gives %s and %s one canonical URL', (one, other) => {
        expect(canonicalOf(one)).toMatch(/^https:/);
        expect(canonicalOf(one)).toBe(canonicalOf(other));
    });

    it.each([
        ['https://www.linkedin.com/pub/ada-example/1/2a/3b4', 'ada-example-3b402a1'],
        ['https://www.linkedin.com/pub/ada-example/12/345/6', 'ada-example-00634512'],
        ['https://uk.linkedin.com/pub/ada-example', 'ada-example'],
        ['https://www.linkedin.com/pub/ada-example/1/2a/3b4/en?trk=x', 'ada-example-3b402a1'],
    ])('turns %s into its /in/ form', (line, handle) => {
        expect(canonicalOf(line)).toBe(buildCanonicalUrl(handle));
    });

    it.each([
        ['', 'empty'],
        ['   ', 'empty'],
        ['Ada Example', 'not a LinkedIn profile URL'],
        ['ada@example.com', 'not on linkedin.com'],
        ['https://example.com/in/ada', 'not on linkedin.com'],
        ['https://linkedin.com.evil.example/in/ada', 'not on linkedin.com'],
        ['https://evil.example/linkedin.com/in/ada', 'not on linkedin.com'],
        ['https://notlinkedin.com/in/ada', 'not on linkedin.com'],
        ['https://linkedin.com@evil.example/in/ada', 'not on linkedin.com'],
        ['https://evil.example\\@linkedin.com/in/ada', 'not on linkedin.com'],
        ['https://user:secret@www.linkedin.com/in/ada', 'user name'],
        ['https://www.linkedin.com:8443/in/ada', 'port'],
        ['https://in/ada', 'not a LinkedIn profile URL'],
        [`https://www.linkedin.com/in/ada?${'x'.repeat(2000)}`, 'too long'],
        ['https://www.linkedin.com/pub/ada-example/12/3a4/', 'incomplete'],
        ['https://www.linkedin.com/pub/ada-example/12', 'incomplete'],
        ['https://www.linkedin.com/pub/ada-example/12/3a4/56789', 'incomplete'],
        ['https://www.linkedin.com/profile/view?id=ACoAABcDeFgHiJkL', 'member id'],
        ['https://www.linkedin.com/profile/view?trk=x&id=1234', 'member id'],
        ['https://www.linkedin.com/profile/view', 'not a profile'],
        ['https://www.linkedin.com/in/%E2%80%8B/', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/ada%EF%BB%BF-example/', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/-/', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/ada=', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/a*b', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/a:b', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/a%3Bb', 'is not a valid profile name'],
        ['javascript:alert(1)', 'not a LinkedIn profile URL'],
        ['https://www.linkedin.com/company/example', 'company'],
        ['https://www.linkedin.com/showcase/example', 'company'],
        ['https://www.linkedin.com/school/example', 'school'],
        ['https://www.linkedin.com/jobs/view/1', 'job'],
        ['https://www.linkedin.com/posts/ada_1', 'post'],
        ['https://www.linkedin.com/feed/update/urn:li:activity:1', 'post'],
        ['https://www.linkedin.com/sales/lead/ACwAAA', 'Sales Navigator'],
        ['https://www.linkedin.com/talent/profile/AEMAA', 'Recruiter'],
        ['https://www.linkedin.com/pub/dir/Ada/Example', 'list of people'],
        ['https://www.linkedin.com/in/', 'names no profile'],
        ['https://www.linkedin.com/in', 'names no profile'],
        ['https://www.linkedin.com/in/%20/', 'names no profile'],
        ['https://www.linkedin.com/in/ACoAABcDeFgHiJkL', 'vanity URL'],
        ['https://www.linkedin.com/in/ACwAAAbCdEfG/', 'vanity URL'],
        ['https://www.linkedin.com/in/ACoAA', 'vanity URL'],
        [`https://www.linkedin.com/in/acoaab${'x1'.repeat(16)}y`, 'vanity URL'],
        ['https://www.linkedin.com/in/%E0%A4%A', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/a%2Fb', 'is not a valid profile name'],
        ['https://www.linkedin.com/in/../admin', 'is not a valid profile name'],
        [`https://www.linkedin.com/in/${'a'.repeat(101)}`, 'is not a valid profile name'],
        ['https://www.linkedin.com/', 'not a profile'],
        ['https://www.linkedin.com/learning/some-course', 'not a profile'],
    ])('rejects %j with the reason', (line, words) => {
        const parsing = parseProfileUrl(line);
        expect(parsing).toEqual({ ok: false, kind: expect.any(String), reason: expect.stringContaining(words) });
    });

    it.each([
        ['https://www.linkedin.com/in/jonathan-brightm...', 'cutOff'],
        ['https://www.linkedin.com/in/jonathan-brightm…', 'cutOff'],
        ['linkedin.com/in/jonathan-.....', 'cutOff'],
        ['"linkedin.com/in/jonathan-[...]"', 'cutOff'],
        ['linkedin.com/in/jonathan-br%E2%80%A6', 'cutOff'],
        ['linkedin.com/in/jona…moor', 'cutOff'],
        ['linkedin.com/in/jonathan-br.../', 'cutOff'],
        ['https://www.linkedin.com/in/me/', 'ownProfile'],
        ['https://www.linkedin.com/in/ME', 'ownProfile'],
        ['https://www.linkedin.com/in/%6d%65?trk=nav', 'ownProfile'],
        ['https://www.linkedin.com/uas/login?session_redirect=%2Fin%2Fme%2F', 'ownProfile'],
        ['linkedin.com/in/None', 'placeholder'],
        ['linkedin.com/in/undefined', 'placeholder'],
        ['linkedin.com/in/null/', 'placeholder'],
        ['linkedin.com/in/nan', 'placeholder'],
        ['linkedin.com/in/undefined-undefined', 'placeholder'],
        ['linkedin.com/in/unavailable/', 'placeholder'],
        ['linkedin.com/in/your-name', 'placeholder'],
        ['linkedin.com/in/username', 'placeholder'],
        ['linkedin.com/in/{username}', 'badHandle'],
        ['linkedin.com/in/ab', 'tooShort'],
        ['linkedin.com/in/x', 'tooShort'],
        ['https://www.linkedin.com/in/in/', 'badHandle'],
        ['https://www.linkedin.com/in/https', 'badHandle'],
        ['https://www.linkedin.com/in/www.linkedin.com', 'badHandle'],
        ['https://www.linkedin.com/in/company/acme', 'company'],
        ['https://www.linkedin.com/authwall?trk=x', 'signIn'],
        ['https://www.linkedin.com/authwall?sessionRedirect=https%3A%2F%2Fevil.example%2Fin%2Fada', 'otherHost'],
        ['https://www.google.com/url?q=https://evil.example/linkedin.com/in/ada', 'otherHost'],
        ['https://google.com.evil.example/url?q=https://www.linkedin.com/in/ada', 'otherHost'],
        ['https://evil.example/url?q=https://www.linkedin.com/in/ada', 'otherHost'],
        ['https://www.linkedin.com/in/ada/https://www.linkedin.com/in/bob', 'several'],
        ['https://www.linkedin.com/in/ada/in/bob', 'several'],
        ['https://evil.example://linkedin.com/in/ada', 'otherHost'],
        ['evil.example%2Flinkedin.com/in/ada', 'otherHost'],
        ['https://evil.example%2F@linkedin.com/in/ada', 'credentials'],
        ['evil.example%2F@linkedin.com/in/ada', 'otherHost'],
        ['https://www.linkedin.com/in/https://evil.example/in/ada', 'otherHost'],
        ['https://lnkd.in/eXample', 'shortLink'],
        ['https://www.linkedin.com:4443/in/ada', 'credentials'],
        ['https://www.linkedin.com/in/in/in/in/in/in/in/ada', 'badHandle'],
        ['ada-example', 'bareWord'],
        ['CEO', 'bareWord'],
        ['London', 'bareWord'],
    ])('rejects %s (%s)', (line, kind) => {
        expect(parseProfileUrl(line)).toMatchObject({ ok: false, kind });
    });

    it.each(['url', 'Name', 'profile', 'LinkedIn', 'company', 'www', 'email', '12345'])(
        'accepts %s in a URL, and never alone',
        (word) => {
            expect(parseHandle(word)).toMatchObject({ ok: false, kind: 'notAHandle' });
            expect(canonicalOf(`linkedin.com/in/${word}`)).toBe(buildCanonicalUrl(word.toLowerCase()));
        },
    );

    it.each([
        ['linkedin.com/in/acoaabc-smith', 'acoaabc-smith'],
        ['https://www.linkedin.com/in/acwaa-something', 'acwaa-something'],
        ['linkedin.com/in/ada-sample,-mba', 'ada-sample,-mba'],
        ['linkedin.com/in/ada-🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'ada-🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
        ['linkedin.com/in/👩‍💻', '👩‍💻'],
        ['linkedin.com/in/o%27example', "o'example"],
    ])('keeps the whole handle of %s', (line, handle) => {
        expect(canonicalOf(line)).toBe(buildCanonicalUrl(handle));
    });

    it('parses every spelling of a handle as the same profile, and its canonical URL as itself', () => {
        const handle = fc.stringMatching(/^[a-zà-öø-ÿα-ωа-я0-9][a-zà-öø-ÿα-ωа-я0-9-]{2,40}$/);
        const spelling = fc.constantFrom<(text: string) => string>(
            (text) => text,
            (text) => encodeURIComponent(text),
            (text) => encodeURIComponent(encodeURIComponent(text)),
            (text) => text.normalize('NFD'),
            (text) => encodeURIComponent(text.normalize('NFD')),
        );
        fc.assert(
            fc.property(handle, spelling, fc.constantFrom('', '/', '/de/', '?trk=x', '#top'), (name, spell, end) => {
                const expected = buildCanonicalUrl(name.normalize('NFC').toLowerCase().normalize('NFC'));
                expect(canonicalOf(`https://fr.linkedin.com/in/${spell(name)}${end}`)).toBe(expected);
                expect(canonicalOf(expected)).toBe(expected);
            }),
        );
    });

    it('never throws and never accepts another host, for any line', () => {
        fc.assert(
            fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
                for (const line of [text, `https://${text}/in/ada`, `https://www.linkedin.com/in/${text}`]) {
                    const parsing = parseProfileUrl(line);
                    const host = parsing.ok ? new URL(parsing.profileUrl.canonicalUrl).host : 'www.linkedin.com';
                    expect(host).toBe('www.linkedin.com');
                }
            }),
        );
    });
});

describe('parseHandle', () => {
    it.each([
        ['ada-example', 'ada-example'],
        ['  Ada_Example ', 'ada_example'],
        ['@ada-example', 'ada-example'],
        ['• ada-example', 'ada-example'],
        ['👩‍💻-ada', '👩‍💻-ada'],
        ['🇩🇪ada', '🇩🇪ada'],
        ['acoaabc-smith', 'acoaabc-smith'],
        ['https://www.linkedin.com/in/ada-example', 'ada-example'],
        ['/in/ada-example', 'ada-example'],
    ])('reads %s', (line, handle) => {
        expect(parseHandle(line)).toMatchObject({ ok: true, profileUrl: { handle } });
    });

    it.each(['null', 'None', 'undefined', 'TBD', 'me', 'ab', '12345', 'Ada Example', 'ada@example.com', 'ACoAABcDeFg'])(
        'rejects %s',
        (line) => expect(parseHandle(line).ok).toBe(false),
    );
});

describe('parseStrictProfileUrl', () => {
    it.each([
        'https://www.linkedin.com/in/ada-example',
        'https://www.linkedin.com/in/ada-example/',
        'https://www.linkedin.com/in/José/',
    ])('accepts %s', (url) => expect(parseStrictProfileUrl(url).ok).toBe(true));

    it.each([
        '',
        'linkedin.com/in/ada',
        'http://www.linkedin.com/in/ada',
        'https://WWW.linkedin.com/in/ada',
        'https://uk.linkedin.com/in/ada',
        'https://www.linkedin.com:443/in/ada',
        'https://www.linkedin.com/in/ada?trk=x',
        'https://www.linkedin.com/in/ada/de',
        'https://www.linkedin.com/in/ACoAABcDeFgHiJkL',
        ' https://www.linkedin.com/in/ada',
        'https://www.linkedin.com/in/me',
        'https://www.linkedin.com/in/undefined',
        'https://www.linkedin.com/in/ada-exam...',
        'https://www.linkedin.com/in/ada&trk=x',
        'https://www.linkedin.com/in/ada;x=1',
    ])('rejects %j', (url) => expect(parseStrictProfileUrl(url).ok).toBe(false));

    const reasonOf = (url: string) => {
        const parsing = parseStrictProfileUrl(url);
        return parsing.ok ? null : parsing.reason;
    };

    it.each([
        'https://uk.linkedin.com/in/Ada-Example',
        'https://www.linkedin.com/in/ada-example?trk=people_search&originalSubdomain=uk',
        'linkedin.com/in/ada-example/details/experience/',
        'https://WWW.linkedin.com:443/in/ada-example/',
    ])('gives the canonical URL for %s', (url) =>
        expect(reasonOf(url)).toBe(
            'The URL must be https://www.linkedin.com/in/<name>, with nothing after the name. Use https://www.linkedin.com/in/ada-example/ instead.',
        ),
    );

    it.each([
        ['https://www.linkedin.com/company/northwind-orchards/', /^This is a company page, not a person\./],
        ['https://www.linkedin.com/sales/lead/ACwAAABcDeF,NAME_SEARCH', /^This is a Sales Navigator link/],
        ['https://www.linkedin.com/jobs/view/1', /^This is a job/],
        ['https://example.com/in/ada-example', /^This address is not on linkedin\.com\./],
        ['https://lnkd.in/eXaMpLe', /^This is a short link/],
    ])('says what %s is', (url, reason) => expect(reasonOf(url)).toMatch(reason));

    it.each(['', 'ada', 'x'.repeat(2001), 'x'.repeat(3000)])(
        'names only the form for %.10j, and nothing about lists',
        (url) =>
            expect(reasonOf(url)).toBe(
                'The URL must be https://www.linkedin.com/in/<name>, with nothing after the name.',
            ),
    );
});
