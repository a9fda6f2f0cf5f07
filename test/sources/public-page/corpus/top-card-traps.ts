import { pageOf, withMarkup, type CorpusCase } from './corpus-case.ts';

const nowhere = { country: null, state: null, city: null, default: null, short: null };

const subheader = (name: string, markup: string, expected: CorpusCase['expected']): CorpusCase => ({
    name,
    page: pageOf({}).replace(
        /<div class="profile-info-subheader">.*?<div class="not-first-middot"><\/div><\/div>/s,
        markup,
    ),
    expected,
});

/** Locations, counts, pictures, names and the current company in the top card. */
export const topCardTraps: CorpusCase[] = [
    subheader(
        '"Contact Info" is not a location',
        '<div class="profile-info-subheader"><button>Contact Info</button><div class="not-first-middot"><span>5 followers</span></div></div>',
        { location: nowhere, followers_count: 5, connections_count: null },
    ),
    subheader(
        '"Contact Info" in a span after the button is not a location',
        '<div class="profile-info-subheader"><span class="before:middot"></span><button>Contact Info</button><span>Contact Info</span></div>',
        { location: nowhere },
    ),
    subheader('an empty location', '<div class="profile-info-subheader"><span> </span><button>x</button></div>', {
        location: nowhere,
    }),
    subheader('a masked location', '<div class="profile-info-subheader"><span>*** ****</span></div>', {
        location: nowhere,
    }),
    subheader(
        'only connections',
        '<div class="profile-info-subheader"><div class="not-first-middot"><span>500+ connections</span></div></div>',
        { followers_count: null, connections_count: 500 },
    ),
    subheader(
        'counts with unknown words',
        '<div class="profile-info-subheader"><div class="not-first-middot"><span>12 xyzzy</span><span>34 plugh</span></div></div>',
        { followers_count: null, connections_count: null },
    ),
    subheader(
        '"500+" with an unknown word',
        '<div class="profile-info-subheader"><div class="not-first-middot"><span>500+ plugh</span></div></div>',
        { followers_count: null, connections_count: 500 },
    ),
    subheader(
        'counts in thousands',
        '<div class="profile-info-subheader"><div class="not-first-middot"><span>1.2K followers</span></div></div>',
        { followers_count: 1200 },
    ),
    {
        name: 'a page of 2023 without a location starts with followers',
        page: pageOf({ followers: 6000, connections: 500 }, { era: 2023 }),
        expected: { location: nowhere, followers_count: 6000, connections_count: 500 },
    },
    {
        name: 'placeholder pictures are ignored',
        page: pageOf({ company: { name: 'Acme', slug: 'acme', hasLogo: false } }),
        expected: { picture_url: null, background_url: null },
    },
    {
        name: 'a company without its own page',
        page: pageOf({ company: { name: 'Ada & Sons', slug: null, hasLogo: false } }),
        expected: { company: { name: 'Ada & Sons', linkedin_url: null } },
    },
    {
        name: 'a masked company',
        page: pageOf({ company: { name: '********', slug: null, hasLogo: false } }),
        expected: { company: { name: null, linkedin_url: null } },
    },
    {
        name: 'a company URL with a query, another host, a sub-page and percent-encoding',
        page: withMarkup(
            pageOf({ company: { name: 'Schön', slug: 'MARKER', hasLogo: false } }),
            'MARKER',
            'sch%C3%B6n/life',
        ),
        expected: { company: { name: 'Schön', linkedin_url: 'https://www.linkedin.com/company/sch%C3%B6n' } },
    },
    {
        name: 'a link to the sign-in form is not a company URL',
        page: pageOf({ company: { name: 'Acme', slug: 'acme', hasLogo: false } }).replace(
            'https://nl.linkedin.com/company/acme',
            'https://www.linkedin.com/signup/cold-join',
        ),
        expected: { company: { name: 'Acme', linkedin_url: null } },
    },
    {
        name: 'the school in the top card, without an education section',
        page: pageOf({ school: { name: 'Harrow Vale University', slug: 'harrow-vale', hasLogo: false } }),
        expected: {
            educations: [
                {
                    school: {
                        name: 'Harrow Vale University',
                        linkedin_url: 'https://www.linkedin.com/school/harrow-vale',
                        logo_url: null,
                    },
                    degree_name: null,
                    field_of_study: null,
                    date: { start: null, end: null },
                    description: null,
                    activities: null,
                },
            ],
            sections_available: ['education'],
        },
    },
    {
        name: 'a name of three words is not split',
        page: pageOf({ fullName: 'Ada van Example' }),
        expected: { first_name: null, last_name: null },
    },
    { name: 'a name of two words is split', page: pageOf({}), expected: { first_name: 'Ada', last_name: 'Example' } },
    {
        name: 'the names in the head',
        page: pageOf({ fullName: 'Ada van Example, PhD', statedName: { first: 'Ada', last: 'van Example, PhD' } }),
        expected: { first_name: 'Ada', last_name: 'van Example, PhD' },
    },
    {
        name: 'a name with zero-width characters and entities',
        page: withMarkup(pageOf({ fullName: 'MARKER' }), 'MARKER', '\u200FAda\u200B O&amp;#39;Example\u00A0'),
        expected: { full_name: "Ada O'Example" },
    },
    {
        name: "a website unwrapped from the redirect, without the site's own links",
        page: pageOf({ websites: [{ label: 'Portfolio', url: 'https://ada.example/a?b=c&d=é' }] }),
        expected: { websites: [{ label: 'Portfolio', url: 'https://ada.example/a?b=c&d=é' }] },
    },
    {
        name: 'a redirect to something that is not a website',
        page: pageOf({ websites: [{ label: 'x', url: 'javascript:alert(1)' }] }),
        expected: { websites: [] },
        unread: ['websites'],
    },
];
