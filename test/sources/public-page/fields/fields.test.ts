import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../../src/enrichment/result/profile.ts';
import { renderJsonLd } from '../../../fixtures/render-json-ld.ts';
import { fullPerson } from '../../../fixtures/shown-person.ts';
import { readExamplePage } from '../../../helpers/pages/read-page.ts';
import { pageOf, section, withSections } from '../corpus/corpus-case.ts';

async function readProfile(page: string): Promise<Profile> {
    const reading = await readExamplePage(page);
    if (reading.kind !== 'found') throw new Error(`read as ${reading.kind}`);
    return reading.profile;
}

const readSection = (name: string, content: string): Promise<Profile> =>
    readProfile(withSections(pageOf({}), section(name, content)));

/** An entry with a heading and further markup. */
const entry = (title: string, more: string): string => `<ul><li><h3>${title}</h3>${more}</li></ul>`;

describe('an education', () => {
    const read = async (more: string) =>
        (await readSection('educationsDetails', entry('Tidewater College', more))).educations[0];

    it('has its activities in a block marked like the field of study, after a label in any language', async () => {
        for (const label of ['Activities and Societies', 'Activités et associations', 'Aktivitäten und Verbände'])
            expect(await read(`<div data-section="educations"><p>${label}: Rowing, Chess</p></div>`)).toMatchObject({
                activities: 'Rowing, Chess',
                field_of_study: null,
                grade: null,
            });
    });

    it.each(['9.7 of 10', '3.8', 'GPA: 3.9/4.0', '85%', '2:1', 'First-class Honours', 'Magna cum laude', '৯.৫', 'A+'])(
        'reads %j as a grade, never as the field of study',
        async (grade) => {
            const line = `<h4><span>BSc</span> <span data-section="educations">${grade}</span></h4>`;
            expect(await read(line)).toMatchObject({ degree_name: 'BSc', field_of_study: null, grade });
            const whole = `<h4><span>BSc</span> <span data-section="educations">Hydrology</span> <span data-section="educations">${grade}</span></h4>`;
            expect(await read(whole)).toMatchObject({ degree_name: 'BSc', field_of_study: 'Hydrology', grade });
        },
    );

    it.each(['Hydrology', 'Computer Science', '3D Animation', 'A-levels', 'Honours Law'])(
        'reads %j as a field of study',
        async (field) => {
            const line = `<h4><span>BSc</span> <span data-section="educations">${field}</span></h4>`;
            expect(await read(line)).toMatchObject({ field_of_study: field, grade: null });
        },
    );
});

describe('a certification', () => {
    const read = async (more: string) =>
        (await readSection('certifications', entry('Lock Keeper', `<h4>Canal Board</h4>${more}`))).certifications[0];

    it('has its number in a block without a class', async () => {
        expect(await read('<div>Credential ID 12345</div>')).toMatchObject({ license_number: '12345' });
        expect(await read('<div>Nachweis-ID 12-AB</div>')).toMatchObject({ license_number: '12-AB' });
        expect(await read('<div>A text of two words</div>')).toMatchObject({ license_number: null });
    });

    it("has an address of LinkedIn's own without tracking, and its authority's", async () => {
        const read1 = await read(
            '<a href="https://www.linkedin.com/company/canal-board/?trk=x">Canal Board</a><a href="https://de.linkedin.com/learning/certificates/0f1e?trk=share">See credential</a>',
        );
        expect(read1).toMatchObject({
            url: 'https://www.linkedin.com/learning/certificates/0f1e',
            authority_url: 'https://www.linkedin.com/company/canal-board',
        });
    });
});

it('a volunteer experience has its cause in the plain paragraph after the dates', async () => {
    const { volunteer_experiences } = await readSection(
        'volunteering',
        entry(
            'Warden',
            '<h4>Otter Trust</h4><p><span class="date-range"><time>Jan 2020</time> - Present</span></p><p>Animal Welfare</p><div class="show-more-less-text"><p class="show-more-less-text__text--less">Counted otters.</p></div>',
        ),
    );
    expect(volunteer_experiences[0]).toMatchObject({ cause: 'Animal Welfare', description: 'Counted otters.' });
});

describe('a website', () => {
    const read = async (href: string) =>
        (
            await readProfile(
                withSections(
                    pageOf({}),
                    `<div class="websites"><ul><li class="websites-list__row"><span>Portfolio:</span><a href="${href}">x</a></li></ul></div>`,
                ),
            )
        ).websites;

    it.each([
        [
            'https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Ftide.example%2Fa%3Fb&urlhash=x',
            'https://tide.example/a?b',
        ],
        ['https://www.linkedin.com/redir/redirect?url=tide%2Eexample&urlhash=x', 'https://tide.example'],
        ['https://de.linkedin.com/safety/go?url=http%3A%2F%2Ftide.example%2F', 'http://tide.example/'],
        ['https://www.linkedin.com/safety/go/?url=www.tide.example/page', 'https://www.tide.example/page'],
        ['https://tide.example/?trk=x&a=b', 'https://tide.example/?a=b'],
    ])('from %s is %s, with its label', async (href, url) => {
        expect(await read(href)).toEqual([{ label: 'Portfolio', url }]);
    });

    it.each([
        'https://www.linkedin.com/redir/redirect?url=javascript:alert(1)',
        'https://www.linkedin.com/help',
        'mailto:ada@tide.example',
    ])('from %s is none', async (href) => expect(await read(href)).toEqual([]));
});

describe('positions', () => {
    const position = (title: string, company: string, dates: string): string =>
        `<li class="profile-section-card experience-item"><h3 class="experience-item__title">${title}</h3><h4 class="experience-item__subtitle">${company}</h4><span class="date-range">${dates}</span></li>`;
    const read = (...items: string[]) => readSection('experience', `<ul>${items.join('')}</ul>`);

    it.each([
        ['<time>Jun 2013</time> - Present', { start: '2013-06', end: null }, true],
        ['<time>Jun 2013</time>', { start: '2013-06', end: null }, null],
        ['<time>Jun 2013</time> - <time>Feb 2015</time>', { start: '2013-06', end: '2015-02' }, false],
        [
            '<time>February 14, 2012</time> - <time>2012年7月1日</time>',
            { start: '2012-02-14', end: '2012-07-01' },
            false,
        ],
        ['<time>२०१३</time> - <time>๒๐๑๕</time>', { start: '2013', end: '2015' }, false],
        ['<time>Jun 2013</time> - <time>Xx 99/7</time>', { start: '2013-06', end: null }, false],
    ])('dated %s', async (dates, date, isCurrent) => {
        const { position_groups } = await read(position('Keeper', 'Locks', dates));
        const [first] = position_groups[0]?.profile_positions ?? [];
        expect(first?.is_current).toBe(isCurrent);
        expect(first?.date).toEqual(date);
    });

    it('provide title and company of the same position', async () => {
        const profile = await read(
            position('Keeper', 'Locks', '<time>Jun 2013</time>'),
            position('Diver', 'Reefs', '<time>May 2010</time> - Present'),
        );
        expect([profile.title, profile.company.name]).toEqual(['Diver', 'Reefs']);
    });
});

describe('a person', () => {
    it.each(['LinkedIn Member', 'Utilisateur LinkedIn', 'LinkedIn-Mitglied', '领英会员'])(
        'called %s is not found',
        async (fullName) => {
            expect(await readExamplePage(pageOf({ fullName }))).toEqual({ kind: 'not_found' });
        },
    );

    it.each(['*** *****', '*.*', '* — *', '***** (***)', 'undefined ***'])(
        'whose headline is %j has none',
        async (headline) => {
            expect((await readProfile(pageOf({ headline }))).headline).toBeNull();
        },
    );
});

describe('an unknown part of a page', () => {
    it('is reported: a `data-section`', async () => {
        const page = withSections(pageOf({}), section('hobbies', '<ul><li><h3>Kites</h3></li></ul>'));
        expect(await readExamplePage(page)).toMatchObject({
            kind: 'found',
            unreadSections: ['data-section hobbies'],
        });
    });

    it('is not reported when it is empty, or when its name is not an identifier', async () => {
        for (const mark of ['hobbies', 'what somebody wrote', '<b>'])
            expect(
                await readExamplePage(withSections(pageOf({}), `<section data-section="${mark}"> </section>`)),
            ).toMatchObject({ unreadSections: [] });
    });

    it('is reported: a version of the page, which is read nevertheless', async () => {
        const page = pageOf({}).replace('content="public_profile_v3_', 'content="public_profile_v4_');
        expect(page).toContain('public_profile_v4_');
        expect(await readExamplePage(page)).toMatchObject({
            kind: 'found',
            profile: { full_name: 'Ada Example' },
            unreadSections: [expect.stringMatching(/^page key public_profile_v4_/)],
        });
    });
});

describe('structured data', () => {
    const head = renderJsonLd(fullPerson, { style: '2026' });
    const json = /<script[^>]*>(.*?)<\/script>/s.exec(head)?.[1] ?? '';
    const pageWith = (data: unknown): string =>
        pageOf(
            { fullName: fullPerson.fullName },
            { head: `<script type="application/ld+json">${JSON.stringify(data)}</script>` },
        );
    const whole = JSON.parse(json) as object;

    /** The paths of all values in the data. */
    function listPaths(value: unknown, path: string[] = []): string[][] {
        if (typeof value !== 'object' || value === null) return [path];
        const inner = Object.entries(value).flatMap(([key, child]) => listPaths(child, [...path, key]));
        return path.length === 0 ? inner : [path, ...inner];
    }

    function change(path: string[], edit: (holder: Record<string, unknown>, key: string) => void): unknown {
        const copy = structuredClone(whole) as Record<string, unknown>;
        let holder = copy;
        for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
        edit(holder, path.at(-1) ?? '');
        return copy;
    }

    /** The top-level fields in which two profiles differ. */
    const differing = (one: Profile, other: Profile): string[] =>
        (Object.keys(one) as Array<keyof Profile>).filter(
            (field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]),
        );

    /** The fields that each key of the person affects. */
    const fieldsOf: Record<string, string[]> = {
        name: ['full_name', 'first_name', 'last_name'],
        jobTitle: ['title', 'company', 'position_groups', 'department', 'sections_available'],
        worksFor: ['title', 'company', 'position_groups', 'department', 'sections_available'],
        alumniOf: ['educations', 'position_groups', 'sections_available'],
        address: ['location'],
        image: ['picture_url'],
        description: ['summary', 'sections_available'],
        knowsLanguage: ['languages', 'sections_available'],
        awards: ['awards', 'sections_available'],
        memberOf: ['organizations', 'sections_available'],
        interactionStatistic: ['followers_count'],
    };

    it('may lack any key, or have null or an invalid value: nothing else changes', async () => {
        const expected = await readProfile(pageWith(whole));
        const graph = (whole as { '@graph': Array<Record<string, unknown>> })['@graph'];
        const personAt = graph.findIndex((node) => node['@type'] === 'Person');
        const paths = listPaths(whole).filter(
            (path) => path[0] === '@graph' && path[1] === String(personAt) && path.length > 2,
        );
        expect(paths.length).toBeGreaterThan(60);
        const edits: Array<(holder: Record<string, unknown>, key: string) => void> = [
            (holder, key) => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
            (holder, key) => (holder[key] = null),
            (holder, key) => (holder[key] = 7),
            (holder, key) => (holder[key] = []),
            (holder, key) => (holder[key] = [null, {}, 'x'.repeat(3), [[]]]),
        ];
        for (const path of paths.filter((path) => path[2] !== '@type')) {
            for (const edit of edits) {
                const profile = await readProfile(pageWith(change(path, edit)));
                const allowed = fieldsOf[path[2] ?? ''] ?? [];
                const others = differing(expected, profile).filter((field) => !allowed.includes(field));
                expect(others, `${path.join('.')} (${String(edit)})`).toEqual([]);
            }
        }
    });

    it('loses only an invalid entry of a list', async () => {
        const expected = await readProfile(pageWith(whole));
        const graph = (whole as { '@graph': Array<Record<string, unknown>> })['@graph'];
        const personAt = graph.findIndex((node) => node['@type'] === 'Person');
        for (const odd of [null, {}, 7, 'text', { '@type': null }, { '@type': 'Organization', name: null }]) {
            const profile = await readProfile(
                pageWith(
                    change(['@graph', String(personAt), 'alumniOf'], (holder, key) =>
                        (holder[key] as unknown[]).unshift(odd),
                    ),
                ),
            );
            expect(profile.educations).toEqual(expected.educations);
        }
    });

    it('is read wherever the person is in it', async () => {
        const expected = await readProfile(pageWith(whole));
        const graph = (whole as { '@graph': Array<Record<string, unknown>> })['@graph'];
        const person = graph.find((node) => node['@type'] === 'Person') ?? {};
        for (const data of [
            person,
            [person],
            { '@type': 'ProfilePage', mainEntity: person },
            { '@graph': [null, { '@type': 'ProfilePage', mainEntity: person }] },
            { '@graph': [{ ...person, '@type': ['Person', 'Thing'] }] },
        ])
            expect(differing(expected, await readProfile(pageWith(data)))).toEqual([]);
    });

    it('may have the country as a name', async () => {
        const graph = (whole as { '@graph': Array<Record<string, unknown>> })['@graph'];
        const person = graph.find((node) => node['@type'] === 'Person') ?? {};
        for (const addressCountry of ['Portugal', 'PT', { '@type': 'Country', name: 'Portugal' }]) {
            const address = { '@type': 'PostalAddress', addressLocality: 'Nowhere on Sea', addressCountry };
            expect((await readProfile(pageWith({ ...person, address }))).location.country).toBe('PT');
        }
    });
});
