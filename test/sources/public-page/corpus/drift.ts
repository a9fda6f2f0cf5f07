import type { ProfileSection } from '../../../../src/enrichment/result/profile.ts';
import { pageOf, section, withSections, type CorpusCase } from './corpus-case.ts';

/** The names of sections in the page's markup. */
const marks: Record<Exclude<ProfileSection, 'websites' | 'related_profiles' | 'summary' | 'articles'>, string> = {
    experience: 'experience',
    education: 'educationsDetails',
    skills: 'skills',
    languages: 'languages',
    certifications: 'certifications',
    volunteering: 'volunteering',
    publications: 'publications',
    projects: 'projects',
    courses: 'courses',
    awards: 'honors-and-awards',
    recommendations: 'recommendations',
    patents: 'patents',
    organizations: 'organizations',
    test_scores: 'test-scores',
    services: 'services',
};
const names = Object.keys(marks) as Array<keyof typeof marks>;
const changed = '<div class="new-list"><li class="new-item"><div class="new-title">Something new</div></li></div>';
const masked = '<ul><li><h3>*** *****</h3><h4>**** undefined</h4></li></ul>';
const invitation =
    '<div><p>3 people have recommended Ada</p><a href="https://www.linkedin.com/signup">Join now to view</a></div>';

/** A changed layout is reported by section; masked or missing sections are not. */
export const drift: CorpusCase[] = [
    ...names.map((name): CorpusCase => ({
        name: `a new layout of ${name} is reported`,
        page: withSections(pageOf({}), section(marks[name], changed)),
        expected: { sections_available: [name] },
        unread: [name],
    })),
    ...names.map((name): CorpusCase => ({
        name: `masked ${name} are not reported`,
        page: withSections(pageOf({}), section(marks[name], masked)),
        expected: { sections_available: [name] },
        unread: [],
    })),
    ...names.map((name): CorpusCase => ({
        name: `an invitation to sign in instead of ${name} is not reported`,
        page: withSections(pageOf({}), section(marks[name], invitation)),
        expected: { sections_available: [name] },
        unread: [],
    })),
    {
        name: 'a new layout of the summary is reported',
        page: withSections(
            pageOf({}),
            '<section class="summary" data-section="summary"><h2>About</h2><h3>I count.</h3><h4>Tides</h4></section>',
        ).replace(
            '<h3>I count.</h3><h4>Tides</h4>',
            '<div class="core-section-container__content"></div><article>I count.</article>',
        ),
        expected: { summary: null, sections_available: ['summary'] },
        unread: ['summary'],
    },
    {
        name: 'a new layout of the websites is reported',
        page: pageOf({}).replace(
            '<div data-section="websites"></div>',
            '<div data-section="websites"><a class="new-link" href="https://ada.example/">Blog</a></div>',
        ),
        expected: { websites: [], sections_available: ['websites'] },
        unread: ['websites'],
    },
    {
        name: 'a new layout of the similar people is reported',
        page: withSections(pageOf({}), '<section class="browsemap"><ul><li><h3>Cy Similar</h3></li></ul></section>'),
        expected: { related_profiles: [], sections_available: ['related_profiles'] },
        unread: ['related_profiles'],
    },
];
