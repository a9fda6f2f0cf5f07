import { describe, expect, it } from 'vitest';
import { groupJobs, isSameCompany } from '../../../src/sources/providers/build-profile.ts';
import * as r from '../../../src/sources/providers/record.ts';
import { organization, position } from './example-profile.ts';

describe('a date in a record', () => {
    it.each([
        ['2019-03-14', '2019-03'],
        ['2019-01-01', '2019-01'],
        ['2019-03', '2019-03'],
        ['2019-3-4', '2019-03'],
        ['2019', '2019'],
        [2019, '2019'],
        ['2019-03-14T00:00:00.000Z', '2019-03'],
        ['2019-13-01', '2019'],
        [{ day: 31, month: 12, year: 2019 }, '2019-12'],
        [{ day: null, month: null, year: 2019 }, '2019'],
        [{ year: 2019 }, '2019'],
    ])('%j is cut to its month: %s', (stated, month) => {
        expect(r.month.parse(stated)).toBe(month);
        expect(r.year.parse(stated)).toBe('2019');
    });

    it.each([
        '',
        '---',
        '1600-01-01',
        '9223372036854775807',
        'Mar 2019',
        '20190314',
        {},
        { month: 3, year: null },
        { year: 1600, month: 1, day: 1 },
        { year: 2019.5 },
        [2019],
        true,
        null,
        undefined,
    ])('%j is null', (stated) => {
        expect(r.month.parse(stated)).toBeNull();
        expect(r.year.parse(stated)).toBeNull();
    });
});

describe('the date of a record itself', () => {
    it.each([
        ['2026-02-14', '2026-02-14'],
        ['2026-02-14T08:30:00Z', '2026-02-14T08:30:00Z'],
        ['2026-02-14T08:30:00.123+01:00', '2026-02-14T08:30:00.123+01:00'],
        ['2026-02-14 08:30:00', '2026-02-14'],
        ['2026-02-14T08:30', '2026-02-14'],
        ['31.2', null],
        ['2026-02', null],
        ['2026-99-99', null],
        [1_770_000_000, null],
        [null, null],
    ])('%j is %j', (stated, asOf) => {
        expect(r.asOf.parse(stated)).toBe(asOf);
    });
});

describe('a text in a record', () => {
    it.each([
        [' Waves &amp;\u00a0foam ', 'Waves & foam'],
        ['two\n\nlines', 'two\nlines'],
        [3.9, '3.9'],
        [0, '0'],
    ])('%j is %j', (stated, text) => {
        expect(r.text.parse(stated)).toBe(text);
    });

    it.each([
        '',
        '  ',
        '---',
        '-',
        '****',
        '9223372036854775807',
        9_223_372_036_854_776_000,
        true,
        false,
        [],
        {},
        null,
    ])('%j is null', (stated) => {
        expect(r.text.parse(stated)).toBeNull();
    });

    it('is joined to one line where a line is expected', () => {
        expect(r.line.parse('Head\n of tides')).toBe('Head of tides');
    });

    it('may have one of several keys', () => {
        const schema = r.named('name', 'label');
        expect(['x', { name: 'x' }, { name: '---', label: 'x' }].map((stated) => schema.parse(stated))).toEqual([
            'x',
            'x',
            'x',
        ]);
        expect([{}, { other: 'x' }, ['x'], null].map((stated) => schema.parse(stated))).toEqual([
            null,
            null,
            null,
            null,
        ]);
    });
});

describe('a count', () => {
    it.each([
        [0, 0],
        [500, 500],
        ['500+', 500],
        ['1,000', null],
        [-1, null],
        [1.5, null],
        [9_223_372_036_854_776_000, null],
        ['9223372036854775807', null],
        [true, null],
    ])('%j is %j', (stated, count) => {
        expect(r.count.parse(stated)).toBe(count);
    });
});

describe('an address', () => {
    it.each([
        ['neap.example/a', 'https://neap.example/a'],
        ['//neap.example', 'https://neap.example'],
        ['http://neap.example', 'http://neap.example'],
        ['mailto:ada@neap.example', null],
        ['javascript:alert(1)', null],
        ['https://ada:secret@neap.example', null],
        ['not an address', null],
        ['neap', null],
        [true, null],
    ])('%j is %j', (stated, url) => {
        expect(r.webUrl.parse(stated)).toBe(url);
    });

    it.each([
        ['linkedin.com/company/neap', 'https://www.linkedin.com/company/neap'],
        ['https://fr.linkedin.com/company/neap/about/?trk=x', 'https://www.linkedin.com/company/neap'],
        ['https://www.linkedin.com/school/tidal/', 'https://www.linkedin.com/school/tidal'],
        ['https://www.linkedin.com/in/ada', null],
        ['https://www.linkedin.com/company/', null],
        ['https://linkedin.com.evil.example/company/neap', null],
    ])('of a company or school, %j is %j', (stated, url) => {
        expect(r.linkedInUrl.parse(stated)).toBe(url);
    });

    it('of a picture is null for a placeholder', () => {
        expect(r.picture.parse({ source: 'https://media.licdn.com/dms/image/x' })).toBe(
            'https://media.licdn.com/dms/image/x',
        );
        expect(r.picture.parse('https://static.licdn.com/aero-v1/sc/h/x')).toBeNull();
    });

    it.each([
        ['ada-exemplar', 'ada-exemplar'],
        ['Zo%C3%AB-例', 'zoë-例'],
        ['123456', '123456'],
        ['https://m.linkedin.com/in/Ada/en?x=1', 'ada'],
        ['https://www.linkedin.com/company/neap', null],
        ['ada exemplar', null],
        [`ACoAA${'B'.repeat(34)}`, null],
        [null, null],
    ])('of a person, %j is the handle %j', (stated, handle) => {
        expect(r.handle.parse(stated)).toBe(handle);
    });
});

describe('a place', () => {
    it.each([
        ['Sydney, New South Wales, Australia, Oceania', 'Sydney, New South Wales, Australia'],
        ['Lima, Peru, South America', 'Lima, Peru'],
        ['Sydney, Australia', 'Sydney, Australia'],
        ['Europe', 'Europe'],
    ])('%j is cut to %j', (stated, line) => {
        expect(r.place.parse({ default: stated })).toMatchObject({ default: line });
    });

    it('is joined from its parts without a line', () => {
        expect(r.place.parse({ city: 'Brest', state: '---', country: 'france' })).toEqual({
            country: 'FR',
            state: null,
            city: 'Brest',
            default: 'Brest, france',
            short: 'Brest',
        });
        expect(r.place.parse('Brest')).toMatchObject({ default: null, city: null });
    });

    it.each([
        ['France', 'FR'],
        ['united states', 'US'],
        ['US', 'US'],
        ['uk', 'GB'],
        ['Czech Republic', 'CZ'],
        ['EU', null],
        ['ZZ', null],
        ['Brittany', null],
    ])('has the country %j as %j', (stated, code) => {
        expect(r.country.parse(stated)).toBe(code);
    });
});

describe('a list', () => {
    it('loses odd entries, but not the record', () => {
        const entry = r.entry('name', { name: r.line }, ({ name }) => name);
        expect(r.list(entry).parse([{ name: 'a' }, { name: '' }, 'x', null, { name: 'b', more: 1 }])).toEqual([
            'a',
            'b',
        ]);
        expect([null, 'x', {}, true].map((stated) => r.list(entry).parse(stated))).toEqual([[], [], [], []]);
    });
});

describe('consecutive jobs of a record', () => {
    const countGroups = (...companies: Array<[name: string, path: string | null]>) =>
        groupJobs(companies.map(([name, path]) => ({ company: organization(name, path), position: position({}) })))
            .length;

    it('are one group at the same address, whatever the name', () => {
        expect(countGroups(['Google LLC', 'company/1441'], ['Google', 'company/1441'])).toBe(1);
        expect(countGroups(['Acme', null], ['ACME', 'company/acme'])).toBe(1);
    });

    it('are two groups at different addresses, whatever the name', () => {
        expect(countGroups(['Stealth Startup', 'company/111'], ['Stealth Startup', 'company/222'])).toBe(2);
        expect(countGroups(['Acme', 'company/acme'], ['Acme', 'school/acme'])).toBe(2);
    });
});

it('a company without a name is the same only by its address', () => {
    const nameless = { name: null, linkedin_url: null };
    expect(isSameCompany(nameless, nameless)).toBe(false);
    expect(isSameCompany({ ...nameless, linkedin_url: 'https://www.linkedin.com/company/1' }, nameless)).toBe(false);
});
