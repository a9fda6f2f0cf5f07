import type { Achievements } from './generate-achievements.ts';

/** Renders one section; empty without items. */
type RenderList = (name: string, words: string, heading: string, items: string[]) => string;

/** The sections below the skills, in the layout of 2026. */
export function renderAchievements(
    achievements: Achievements,
    list: RenderList,
    escape: (text: string) => string,
): string {
    const { volunteering, publications, courses, awards, recommendations } = achievements;
    const { patents, memberships, testScores, services, articles } = achievements;
    const entry = (title: string, subtitle: string, rest = ''): string =>
        `<li class="profile-section-card"><div><h3>${title}</h3><h4 class="not-first-middot">${subtitle}</h4>${rest}</div></li>`;
    return [
        list(
            'volunteering',
            'volunteering',
            'Volunteer Experience',
            volunteering.map(({ title, organization, start, end }) =>
                entry(
                    escape(title),
                    escape(organization),
                    `<span class="date-range"><time>${start}</time> - <time>${end}</time></span>`,
                ),
            ),
        ),
        list(
            'publications',
            'publications',
            'Publications',
            publications.map(({ name, publisher, date, url }) =>
                entry(
                    `<a href="${redirectTo(url)}">${escape(name)}</a>`,
                    `<span>${escape(publisher)}</span><span><time>${date}</time></span>`,
                ),
            ),
        ),
        list(
            'courses',
            'courses',
            'Courses',
            courses.map(({ name, number }) => entry(escape(name), escape(number))),
        ),
        list(
            'honors-and-awards',
            'awards',
            'Honors &amp; Awards',
            awards.map(({ title, issuer, date }) => entry(escape(title), escape(issuer), `<time>${date}</time>`)),
        ),
        list(
            'recommendations',
            'recommendations',
            'Recommendations received',
            recommendations.map(
                ({ author, handle, text }) =>
                    `<li><div class="endorsement-card"><a href="https://www.linkedin.com/in/${handle}?trk=x"><h3 class="base-main-card__title">${escape(author)}</h3></a><p class="endorsement-card__content">${escape(text)}</p></div></li>`,
            ),
        ),
        list(
            'patents',
            'patents',
            'Patents',
            patents.map(({ title, number, date, url }) =>
                entry(
                    `<a href="${redirectTo(url)}">${escape(title)}</a>`,
                    `<span>${number}</span><span><time>${date}</time></span>`,
                ),
            ),
        ),
        list(
            'organizations',
            'organizations',
            'Organizations',
            memberships.map(({ organization, role, start }) =>
                entry(escape(organization), role, `<span class="date-range"><time>${start}</time> - Present</span>`),
            ),
        ),
        list(
            'test-scores',
            'test-scores',
            'Test Scores',
            testScores.map(({ name, score, date }) => entry(escape(name), `Score: ${score}`, `<time>${date}</time>`)),
        ),
        list(
            'services',
            'services',
            'Services',
            services.map((service) => `<li>${escape(service)}</li>`),
        ),
        list(
            'articles',
            'articles',
            'Articles',
            articles.map(
                ({ title, url, date }) =>
                    `<li><a class="base-main-card" href="${url}?trk=x"><h3 class="base-main-card__title">${escape(title)}</h3><time>${date}</time></a></li>`,
            ),
        ),
    ].join('');
}

/** The website in the top card. */
export function renderWebsites({ websites }: Achievements): string {
    const links = websites.map(
        ({ label, url }) =>
            `<a href="${redirectTo(url)}" data-tracking-control-name="public_profile-website"><span class="top-card-link__description">${label}</span></a>`,
    );
    return `<div data-section="websites">${links.join('')}</div>`;
}

/** Links to other sites go through LinkedIn's redirect. */
const redirectTo = (url: string): string =>
    `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(url)}&amp;urlhash=synthetic`;
