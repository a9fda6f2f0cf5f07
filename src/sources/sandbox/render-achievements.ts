import type { Achievements } from './generate-achievements.ts';

/** Renders one section of entries, nothing without any. */
type RenderList = (name: string, words: string, heading: string, items: string[]) => string;

/** The sections below the skills, in the layout of 2026. */
export function renderAchievements(
    achievements: Achievements,
    list: RenderList,
    escape: (text: string) => string,
): string {
    const { volunteering, publications, courses, awards, recommendations } = achievements;
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

/** Addresses outside leave the page by way of the site's own redirect. */
const redirectTo = (url: string): string =>
    `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(url)}&amp;urlhash=synthetic`;
