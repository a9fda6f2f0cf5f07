import type { ShownPosition } from '../../../fixtures/shown-person.ts';
import { pageOf, section, withSections, type CorpusCase } from './corpus-case.ts';

const acme = { name: 'Acme', slug: 'acme', hasLogo: false };
const bolt = { name: 'Bolt', slug: 'bolt', hasLogo: false };
const position = (title: string, span: ShownPosition['span']): ShownPosition => ({
    title,
    place: null,
    description: [],
    span,
});
const now = (year: number): ShownPosition['span'] => ({ start: { year }, end: 'present' });
const past = (start: number, end: number): ShownPosition['span'] => ({ start: { year: start }, end: { year: end } });

const item = (markup: string): string =>
    section(
        'experience',
        `<ul class="experience__list"><li class="experience-item"><h3><span class="experience-item__title">Counter</span></h3><h4><span class="experience-item__subtitle">Acme</span></h4>${markup}</li></ul>`,
    );

const single = (name: string, markup: string, expected: object): CorpusCase => ({
    name,
    page: withSections(pageOf({}), item(markup)),
    expected: {
        position_groups: [{ company: { name: 'Acme' }, profile_positions: [{ title: 'Counter', ...expected }] }],
    },
});

const range = (name: string, markup: string, start: string | null, end: string | null): CorpusCase =>
    single(`dates: ${name}`, `<p class="experience-item__meta-item"><span class="date-range">${markup}</span></p>`, {
        date: { start, end },
    });

/** Positions, their dates and locations, and the current one. */
export const historyTraps: CorpusCase[] = [
    range('a word for now', '<time>Jan 2020</time> - Present<span>5 years</span>', '2020-01', null),
    range('a word for now within a time element', '<time>Jan 2020</time> - <time>Present</time>', '2020-01', null),
    range(
        'an end with an unreadable month is not "now"',
        '<time>Jan 2020</time> - <time>Foo 2021</time>',
        '2020-01',
        '2021',
    ),
    range('only years', '<time>2019</time> – <time>2021</time>', '2019', '2021'),
    range('only an end', '- <time>2021</time>', null, '2021'),
    range('only an end, by its class', '<time class="date-range__end-date">2021</time>', null, '2021'),
    range('no time elements', 'Jan 2020 - Present 1 year 7 months', '2020-01', null),
    range(
        'no time elements, both ends',
        '2019 – 2021<span class="date-range__duration">2 years</span>',
        '2019',
        '2021',
    ),
    range('only a duration', '4 years 2 months', null, null),
    range('nothing', '', null, null),
    range('full month names', '<time>September 2019</time> - <time>February 2021</time>', '2019-09', '2021-02'),
    single(
        'a description is not a location',
        '<div class="experience-item__description experience-item__meta-item"><div class="show-more-less-text"><p class="show-more-less-text__text--less">Led.</p></div></div>',
        {
            location: null,
            description: 'Led.',
        },
    ),
    single('a location without dates', '<p class="experience-item__meta-item">Lyon, France</p>', {
        location: 'Lyon, France',
    }),
    single(
        'a description in its own paragraph is not a location',
        '<p class="experience-item__description experience-item__meta-item">Led.</p>',
        { location: null, description: 'Led.' },
    ),
    single('a masked location', '<p class="experience-item__meta-item">**** ******</p>', { location: null }),
    {
        name: 'a company name with a middle dot keeps it',
        page: pageOf({ groups: [{ company: { ...acme, name: 'Foo · Bar' }, positions: [position('X', now(2020))] }] }),
        expected: {
            position_groups: [{ company: { name: 'Foo · Bar' }, profile_positions: [{ employment_type: null }] }],
        },
    },
    {
        name: 'if every position is marked current, the open end decides',
        page: pageOf({
            groups: [
                { company: acme, positions: [position('Old', past(2010, 2015))] },
                { company: bolt, positions: [position('New', now(2015))] },
            ],
        }),
        expected: { title: 'New', company: { name: 'Bolt', linkedin_url: 'https://www.linkedin.com/company/bolt' } },
    },
    {
        name: 'of two open positions, the one at the company in the top card is current',
        page: pageOf({
            company: bolt,
            groups: [
                { company: acme, positions: [position('Board Member', now(2018))] },
                { company: bolt, positions: [position('Boss', now(2010))] },
            ],
        }),
        expected: { title: 'Boss', company: { name: 'Bolt', linkedin_url: 'https://www.linkedin.com/company/bolt' } },
    },
    {
        name: 'there is no current job when all positions have ended',
        page: pageOf({ groups: [{ company: acme, positions: [position('Old', past(2010, 2015))] }] }),
        expected: { title: null, company: { name: null, linkedin_url: null } },
    },
    {
        name: 'with two undated positions at the company in the top card the title is unknown',
        page: pageOf({
            company: acme,
            groups: [{ company: acme, positions: [position('A', null), position('B', null)] }],
        }),
        expected: { title: null, company: { name: 'Acme', linkedin_url: 'https://www.linkedin.com/company/acme' } },
    },
    {
        name: 'a masked title with a readable company',
        page: pageOf({ groups: [{ company: acme, positions: [position('**** *****', now(2020))] }] }),
        expected: {
            title: null,
            company: { name: 'Acme', linkedin_url: 'https://www.linkedin.com/company/acme' },
            position_groups: [{ profile_positions: [{ title: null, date: { start: '2020', end: null } }] }],
        },
    },
    {
        name: 'a group spans from its first start to its last end',
        page: pageOf({
            groups: [{ company: acme, positions: [position('B', past(2012, 2015)), position('A', past(2010, 2012))] }],
        }),
        expected: {
            position_groups: [
                { date: { start: '2010', end: '2015' }, profile_positions: [{ title: 'B' }, { title: 'A' }] },
            ],
        },
    },
    {
        name: 'a field of study without a degree',
        page: pageOf({
            educations: [
                {
                    school: acme,
                    degree: null,
                    field: 'Law',
                    grade: null,
                    span: null,
                    description: [],
                    activities: null,
                },
            ],
        }),
        expected: { educations: [{ degree_name: null, field_of_study: 'Law' }] },
    },
    {
        name: 'a grade is not a degree or field',
        page: withSections(
            pageOf({}),
            section(
                'educationsDetails',
                '<ul><li><h3>Harrow</h3><h4><span>MSc</span><span data-section="educations">Law</span><span>1.3</span></h4></li></ul>',
            ),
        ),
        expected: { educations: [{ degree_name: 'MSc', field_of_study: 'Law' }] },
    },
    {
        name: 'a dash instead of degree and field',
        page: withSections(pageOf({}), section('educationsDetails', '<ul><li><h3>Harrow</h3><h4>-</h4></li></ul>')),
        expected: { educations: [{ degree_name: null, field_of_study: null }] },
    },
    {
        name: 'a masked school is omitted, a masked degree is null',
        page: withSections(
            pageOf({}),
            section(
                'educationsDetails',
                '<ul><li><h3>*** ****</h3></li><li><h3>Harrow</h3><h4><span>*** ***</span><span>Law</span></h4></li></ul>',
            ),
        ),
        expected: { educations: [{ school: { name: 'Harrow' }, degree_name: null }] },
    },
    {
        name: 'a certificate with only an expiry date',
        page: pageOf(
            {
                certifications: [
                    { name: 'Pilot', authority: null, license: null, url: null, issued: null, expires: { year: 2030 } },
                ],
            },
            { era: 2023 },
        ),
        expected: { certifications: [{ date: { start: null, end: '2030' } }] },
    },
    {
        name: 'pictures of co-authors are not entries',
        page: pageOf({
            publications: [
                { name: 'On Tides', publisher: 'Journal', date: { year: 2020, month: 2 }, url: null, description: [] },
            ],
        }),
        expected: {
            publications: [{ name: 'On Tides', publisher: 'Journal', date: '2020-02', url: null, description: null }],
        },
    },
    {
        name: 'posts, courses on sale and people with the same name are not part of the profile',
        page: pageOf({}),
        expected: { projects: [], courses: [], related_profiles: [], skills: [], sections_available: [] },
    },
];
