import { escapeUTF8 as escape } from 'entities';
import type { Achievements, Job, Person } from './generate-person.ts';

/** A real page has 250 KB and more, most of it sign-in dialogs; the sandbox matches that. */
const dialogCount = 40;

const dialog = (place: number): string => `
<div class="contextual-sign-in-modal" data-impression-id="dialog-${place}"><button class="modal__overlay" aria-label="Close"></button>
<div class="modal modal--contextual-sign-in" id="dialog-${place}"><section class="modal__main" role="dialog">
<h2 class="contextual-sign-in-modal__header">Sign in to see the full page</h2>
<form class="contextual-sign-in-modal__form" action="/uas/login-submit" method="post">${'<input type="hidden" name="field" value="synthetic">'.repeat(50)}
<input name="session_key" autocomplete="username"><input type="password" name="session_password"><button type="submit">Sign in</button></form>
<svg viewBox="0 0 24 24">${'<path d="M12 2 L22 12 L12 22 L2 12 Z"></path>'.repeat(40)}</svg>
</section></div></div>`;
export const dialogs = Array.from({ length: dialogCount }, (_, place) => dialog(place));

/** A synthetic profile page in the logged-out layout of 2026. */
export function renderPage(person: Person): string {
    const { fullName, headline, isMasked } = person;
    const title = isMasked ? fullName : `${fullName} - ${headline}`;
    return `<!DOCTYPE html>
<html lang="en"><head>
<meta name="pageKey" content="public_profile_v3_desktop">
<meta name="locale" content="en_US">
<meta property="og:type" content="profile">
<link rel="canonical" href="https://www.linkedin.com/in/${encodeURIComponent(person.handle)}">
<title>${escape(title)} | LinkedIn</title>
</head><body><header>${dialogs[0]}</header>
<main class="main" role="main"><section class="core-rail"><div class="details"><section class="profile">
${renderTopCard(person)}${dialogs.slice(1, 20).join('')}
${person.about.length > 0 && !isMasked ? renderSection('summary', 'summary', 'About', person.about.map((line) => `<p>${escape(line)}</p>`).join('')) : ''}
${isMasked ? renderMaskedExperience(person) : renderExperience(person)}
${dialogs.slice(20).join('')}
${isMasked ? '' : renderLists(person)}
</section></div></section>${renderSimilar(person)}</main>
<footer>${'<p>Synthetic page of the sandbox.</p>'.repeat(200)}</footer></body></html>`;
}

/** The sign-in wall. */
export function renderWall(): string {
    return `<!DOCTYPE html><html><head><meta name="pageKey" content="auth_wall_desktop_profile"><title>Sign Up | LinkedIn</title></head>
<body><main><h1>Join to see this profile</h1></main></body></html>`;
}

function renderSection(name: string, words: string, heading: string, content: string): string {
    return `<section class="core-section-container core-section-container--with-border ${words}" data-section="${name}">
<h2 class="core-section-container__title section-title">${heading}</h2>
<div class="core-section-container__content break-words">${content}</div></section>`;
}

function renderTopCard(person: Person): string {
    const { handle, fullName, headline, location, followers, jobs, achievements, isMasked } = person;
    const job = jobs[0];
    const picture = `https://media.licdn.com/dms/image/v2/synthetic/${encodeURIComponent(handle)}/displayphoto`;
    const company = job
        ? `<div data-section="currentPositionsDetails"><a href="https://www.linkedin.com/company/${job.slug}?trk=public_profile_topcard-current-company" data-tracking-control-name="public_profile_topcard-current-company"><span class="top-card-link__description">${escape(job.company)}</span></a></div>`
        : '';
    return `<section class="top-card-layout"><div class="top-card-layout__card">
<img class="top-card-layout__entity-image top-card__profile-image" data-delayed-url="${picture}">
<div class="top-card-layout__entity-info"><button class="title-button"><h1 class="top-card-layout__title">${escape(fullName)}</h1></button>
${isMasked ? '' : `<h2 class="top-card-layout__headline">${escape(headline)}</h2>`}
<h3 class="top-card-layout__first-subline"><div class="profile-info-subheader"><span>${escape(location)}</span><span class="before:middot"></span><button>Contact Info</button>
<div class="not-first-middot"><span>${followers} followers</span><span>500+ connections</span></div></div></h3></div>
<div class="top-card__links-container">${company}${renderWebsites(achievements)}</div></div></section>`;
}

function renderMaskedExperience({ jobs }: Person): string {
    const row = (company: string) =>
        `<li class="profile-section-card"><div><h3>${company}</h3><h4><p class="blur">************* ********</p></h4></div></li>`;
    return `<section class="core-section-container pp-section experience-education"><h2>Experience &amp; Education</h2><div class="core-section-container__content">
<ul class="visible-list">${row(escape(jobs[0]?.company ?? ''))}</ul>
<div class="blurred-content"><ul class="blurred-list">${row('*******').repeat(3)}<li><h3>********** ** *********</h3><h4><p>*** *********** undefined</p></h4></li></ul></div></div></section>`;
}

function renderExperience({ jobs }: Person): string {
    if (jobs.length === 0) return '';
    const items = jobs.map((job) => (job.positions.length === 1 ? renderJob(job) : renderGroup(job)));
    return renderSection(
        'experience',
        'pp-section experience',
        'Experience',
        `<ul class="experience__list">${items.join('')}</ul>`,
    );
}

function renderJob({ company, slug, place, positions }: Job): string {
    const [position] = positions;
    if (!position) return '';
    return `<li class="profile-section-card experience-item" data-section="currentPositionsDetails"><div>
<h3><span class="experience-item__title">${escape(position.title)}</span></h3>
<h4><a href="https://www.linkedin.com/company/${slug}?trk=x"><span class="experience-item__subtitle">${escape(company)}</span></a></h4>
<div>${renderPositionLines(position, place)}</div></div></li>`;
}

function renderGroup({ company, slug, place, positions }: Job): string {
    const items = positions.map(
        (position) =>
            `<li class="profile-section-card"><div><h3><span class="experience-item__title">${escape(position.title)}</span></h3><div>${renderPositionLines(position, place)}</div></div></li>`,
    );
    return `<li class="profile-section-card experience-group" data-section="currentPositionsDetails"><div class="experience-group-header">
<a class="experience-group-header__url" href="https://www.linkedin.com/company/${slug}?trk=x"><h4 class="experience-group-header__company">${escape(company)}</h4></a>
<p class="experience-group-header__meta-item">4 years</p></div><ul class="experience-group__positions">${items.join('')}</ul></li>`;
}

function renderPositionLines({ start, end, description }: Job['positions'][number], place: string | null): string {
    const range = end === null ? `<time>${start}</time> - Present` : `<time>${start}</time> - <time>${end}</time>`;
    const text =
        description === null
            ? ''
            : `<div class="show-more-less-text"><p class="show-more-less-text__text--less">${escape(description.slice(0, 12))}…<button>Show more</button></p><p class="show-more-less-text__text--more">${escape(description)}<button>Show less</button></p></div>`;
    return `<p class="experience-item__meta-item"><span class="date-range">${range}<span class="before:middot">1 year</span></span></p>
${place === null ? '' : `<p class="experience-item__meta-item">${escape(place)}</p>`}${text}`;
}

function renderLists({ schools, skills, languages, certificates, projects, achievements }: Person): string {
    return [
        renderList(
            'educationsDetails education',
            'Education',
            schools,
            ({ name, degree, field, start, end }) =>
                `<li class="education__list-item"><h3><a href="https://www.linkedin.com/school/synthetic?trk=x"><span>${escape(name)}</span></a></h3><h4><span>${degree}</span><span>${field}</span></h4><p><span class="date-range"><time>${start}</time> - <time>${end}</time></span></p></li>`,
        ),
        renderList(
            'skills',
            'Skills',
            skills,
            (skill) => `<li class="skills__item"><a href="https://www.linkedin.com/skills/x">${escape(skill)}</a></li>`,
        ),
        renderList(
            'languages',
            'Languages',
            languages,
            ({ name, level }) => `<li><h3>${name}</h3><h4>${level}</h4></li>`,
        ),
        renderList(
            'certifications',
            'Licenses &amp; Certifications',
            certificates,
            ({ name, authority, date }) =>
                `<li><h3>${name}</h3><h4>${authority}</h4><div>Issued <time>${date}</time></div></li>`,
        ),
        renderList(
            'projects',
            'Projects',
            projects,
            ({ name, description }) =>
                `<li><h3>${name}</h3><div class="show-more-less-text"><p class="show-more-less-text__text--less">${description}</p></div></li>`,
        ),
        achievements ? renderAchievements(achievements) : '',
    ].join('');
}

function renderAchievements(achievements: Achievements): string {
    const entry = (title: string, subtitle: string, rest = ''): string =>
        `<li class="profile-section-card"><div><h3>${title}</h3><h4 class="not-first-middot">${subtitle}</h4>${rest}</div></li>`;
    const linked = (title: string, url: string): string => `<a href="${redirectTo(url)}">${escape(title)}</a>`;
    const dated = (text: string, date: string): string =>
        `<span>${escape(text)}</span><span><time>${date}</time></span>`;
    const lists = [
        renderList(
            'volunteering',
            'Volunteer Experience',
            achievements.volunteering,
            ({ title, organization, start, end }) =>
                entry(
                    escape(title),
                    escape(organization),
                    `<span class="date-range"><time>${start}</time> - <time>${end}</time></span>`,
                ),
        ),
        renderList('publications', 'Publications', achievements.publications, ({ name, publisher, date, url }) =>
            entry(linked(name, url), dated(publisher, date)),
        ),
        renderList('courses', 'Courses', achievements.courses, ({ name, number }) =>
            entry(escape(name), escape(number)),
        ),
        renderList('honors-and-awards awards', 'Honors &amp; Awards', achievements.awards, ({ title, issuer, date }) =>
            entry(escape(title), escape(issuer), `<time>${date}</time>`),
        ),
        renderList(
            'recommendations',
            'Recommendations received',
            achievements.recommendations,
            ({ author, handle, text }) =>
                `<li><div class="endorsement-card"><a href="https://www.linkedin.com/in/${handle}?trk=x"><h3 class="base-main-card__title">${escape(author)}</h3></a><p class="endorsement-card__content">${escape(text)}</p></div></li>`,
        ),
        renderList('patents', 'Patents', achievements.patents, ({ title, number, date, url }) =>
            entry(linked(title, url), dated(number, date)),
        ),
        renderList('organizations', 'Organizations', achievements.memberships, ({ organization, role, start }) =>
            entry(escape(organization), role, `<span class="date-range"><time>${start}</time> - Present</span>`),
        ),
        renderList('test-scores', 'Test Scores', achievements.testScores, ({ name, score, date }) =>
            entry(escape(name), `Score: ${score}`, `<time>${date}</time>`),
        ),
        renderList('services', 'Services', achievements.services, (service) => `<li>${escape(service)}</li>`),
        renderList(
            'articles',
            'Articles',
            achievements.articles,
            ({ title, url, date }) =>
                `<li><a class="base-main-card" href="${url}?trk=x"><h3 class="base-main-card__title">${escape(title)}</h3><time>${date}</time></a></li>`,
        ),
    ];
    return lists.join('');
}

/** A section with a list; empty without items. `names`: its `data-section`, and its class where that is another. */
function renderList<T>(names: string, heading: string, items: readonly T[], render: (item: T) => string): string {
    if (items.length === 0) return '';
    const [name = '', words = name] = names.split(' ');
    return renderSection(name, words, heading, `<ul class="${words}__list">${items.map(render).join('')}</ul>`);
}

/** The website in the top card. */
function renderWebsites(achievements: Achievements | null): string {
    const links = (achievements?.websites ?? []).map(
        ({ label, url }) =>
            `<a href="${redirectTo(url)}" data-tracking-control-name="public_profile-website"><span class="top-card-link__description">${label}</span></a>`,
    );
    return `<div data-section="websites">${links.join('')}</div>`;
}

/** Links to other sites go through LinkedIn's redirect. */
const redirectTo = (url: string): string =>
    `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(url)}&amp;urlhash=synthetic`;

function renderSimilar({ similar }: Person): string {
    if (similar.length === 0) return '';
    const items = similar.map(
        ({ handle, name }) =>
            `<li><div class="base-card"><a class="base-card__full-link" data-tracking-control-name="public_profile_browsemap-profile" href="https://www.linkedin.com/in/${handle}?trk=x"></a><h3 class="base-aside-card__title">${escape(name)}</h3></div></li>`,
    );
    return `<section class="aside-section-container"><h2>Other similar profiles</h2><ul>${items.join('')}</ul></section>`;
}
