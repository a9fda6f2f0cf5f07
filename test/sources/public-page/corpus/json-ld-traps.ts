import { renderJsonLd } from '../../../fixtures/render-json-ld.ts';
import { fullPerson, type ShownPerson } from '../../../fixtures/shown-person.ts';
import { pageOf, type CorpusCase } from './corpus-case.ts';

const { place, followers, about, groups, educations, languages, awards } = fullPerson;
const told = { fullName: fullPerson.fullName, place, followers, about, groups, educations, languages, awards };
const stated: ShownPerson = { ...fullPerson, websites: [], related: [] };
const raw = (json: string): string => `<script type="application/ld+json">${json}</script>`;

const positions2026 = [
    {
        company: { name: 'Tessera Health' },
        profile_positions: [
            {
                title: 'Head of Tides',
                location: 'Greater Seattle Area',
                description: 'Led tides.\nThen led more of them.',
                date: { start: '2021-03', end: null },
            },
        ],
    },
    {
        company: { name: 'Tessera Health' },
        profile_positions: [{ title: 'Tide Analyst', location: null, date: { start: '2019-09', end: '2021-03' } }],
    },
    {
        company: { name: 'Quarry & Finch' },
        profile_positions: [{ title: 'Counter', date: { start: '2015', end: '2019' } }],
    },
];

/** What the page does not show is read from its JSON-LD, by the rules in `profile.ts`. */
export const jsonLdTraps: CorpusCase[] = [
    {
        name: 'a nearly empty page with data of 2026',
        page: pageOf({ fullName: told.fullName }, { head: renderJsonLd(stated, { style: '2026' }) }),
        expected: {
            full_name: 'Ada van Example',
            title: 'Head of Tides',
            company: { name: 'Tessera Health', linkedin_url: 'https://www.linkedin.com/company/tessera-health' },
            summary: 'I count tides.\nAsk me about moons & “neaps”.',
            location: {
                country: 'US',
                state: 'Washington',
                city: 'Redmond',
                default: place,
                short: 'Redmond, Washington',
            },
            followers_count: 12_345,
            connections_count: null,
            position_groups: positions2026,
            educations: [
                { school: { name: 'Harrow Vale University' }, degree_name: null, date: { start: '2010', end: '2012' } },
                { school: { name: 'Saint Brennan College' }, date: { start: null, end: null } },
            ],
            languages: [
                { name: 'English', proficiency: null },
                { name: 'Esperanto', proficiency: null },
            ],
            awards: [{ title: 'Golden Buoy', issuer: null, date: null, description: null }],
            picture_url: expect2026Picture(),
        },
    },
    {
        name: 'data of 2023, which has past jobs among the schools, without titles',
        page: pageOf({}, { head: renderJsonLd(stated, { style: 'to-2023' }) }),
        expected: {
            title: 'Head of Tides',
            position_groups: [
                {
                    company: { name: 'Tessera Health' },
                    profile_positions: [{ title: 'Head of Tides', date: { start: '2021-03', end: null } }],
                },
                {
                    company: { name: 'Tessera Health' },
                    profile_positions: [{ title: null, date: { start: '2019-09', end: '2021-03' } }],
                },
                {
                    company: { name: 'Quarry & Finch' },
                    profile_positions: [{ title: null, date: { start: '2015', end: '2019' } }],
                },
            ],
            educations: [{ school: { name: 'Harrow Vale University' } }, { school: { name: 'Saint Brennan College' } }],
        },
    },
    {
        name: 'masked data yields no asterisks and no current positions',
        page: pageOf({}, { head: renderJsonLd({ ...stated, about: [] }, { style: '2026', isMasked: true }) }),
        expected: {
            title: null,
            company: { name: null, linkedin_url: null },
            position_groups: [],
            educations: [],
            awards: [],
        },
    },
    {
        name: 'the whole list of the page wins over that of the data',
        page: pageOf(
            {
                groups: [
                    {
                        company: { name: 'Shown', slug: null, hasLogo: false },
                        positions: [{ title: 'T', place: null, description: [], span: null }],
                    },
                ],
                languages: [{ name: 'Latin', proficiency: 'Fluent' }],
            },
            { head: renderJsonLd(stated, { style: '2026' }) },
        ),
        expected: {
            position_groups: [{ company: { name: 'Shown' }, profile_positions: [{ title: 'T' }] }],
            languages: [{ name: 'Latin', proficiency: 'Fluent' }],
        },
    },
    {
        name: 'the exact number of followers wins over the rounded one',
        page: pageOf(
            { followers: 12_000 },
            { head: renderJsonLd({ ...stated, followers: 12_345 }, { style: '2026' }) },
        ),
        expected: { followers_count: 12_345 },
    },
    {
        name: 'the full summary of the data replaces the truncated one of a masked page',
        page: pageOf(
            { about },
            { isMasked: true, head: renderJsonLd({ ...stated, about: ['I swim.', 'A lot.'] }, { style: '2026' }) },
        ).replace('<div>I…</div>', '<div>I sw…</div>'),
        expected: { summary: 'I swim.\nA lot.' },
    },
    {
        name: 'a different summary does not replace a truncated one',
        page: pageOf(
            { about },
            { isMasked: true, head: renderJsonLd({ ...stated, about: ['Else.'] }, { style: '2026' }) },
        ),
        expected: { summary: 'I…' },
    },
    {
        name: 'a truncated summary of the data is not used',
        page: pageOf({}, { head: renderJsonLd(stated, { style: '2026', cutSummaryAt: 6 }) }),
        expected: { summary: null },
    },
    {
        name: 'the title of a masked page comes from the only position at the company in the top card',
        page: pageOf(
            { company: { name: 'Quarry & Finch', slug: null, hasLogo: false }, groups },
            {
                isMasked: true,
                head: renderJsonLd(
                    {
                        ...stated,
                        groups: groups.map(({ company, positions }) => ({
                            company,
                            positions: positions.map((position) => ({ ...position, span: null })),
                        })),
                    },
                    { style: '2026' },
                ),
            },
        ),
        expected: { title: 'Counter', company: { name: 'Quarry & Finch', linkedin_url: null } },
    },
    {
        name: 'a badge is not a headline',
        page: pageOf({ headline: null, about: ['x'] }, { head: renderJsonLd(stated, { style: '2026' }) }),
        expected: { headline: null },
    },
    {
        name: 'the country of the data for an area on the page',
        page: pageOf(
            { place: 'Greater Paris Metropolitan Region' },
            { head: renderJsonLd(stated, { style: '2026', countryCode: 'FR' }) },
        ),
        expected: {
            location: { country: 'FR', state: null, city: null, default: 'Greater Paris Metropolitan Region' },
        },
    },
    ...[
        '',
        '{',
        'null',
        '[]',
        '{"@graph":null}',
        '{"@graph":[null,1,"x",{"@type":"Person","name":5,"worksFor":[null]}]}',
        '<!-- -->',
    ].map((json): CorpusCase => ({
        name: `useless data: ${json.slice(0, 30) || 'nothing'}`,
        page: pageOf({}, { head: raw(json) }),
        expected: { full_name: 'Ada Example', headline: 'Engineer of Things', position_groups: [] },
    })),
];

function expect2026Picture(): string {
    return 'https://media.licdn.com/dms/image/v2/synthetic/portrait/0?e=1&v=beta';
}
