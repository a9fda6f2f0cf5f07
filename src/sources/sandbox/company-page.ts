import { escapeUTF8 as escape } from 'entities';
import { createDraw } from './generate-person.ts';
import { dialogs } from './render-page.ts';

const industries = ['Software Development', 'Food Production', 'Freight and Package Transportation', 'Design Services'];
const types = ['Privately Held', 'Public Company', 'Nonprofit', 'Partnership'];
const sizes: ReadonlyArray<[text: string, employees: number]> = [
    ['2-10 employees', 7],
    ['51-200 employees', 120],
    ['501-1,000 employees', 730],
    ['10,001+ employees', 23_400],
];
const cities: ReadonlyArray<[city: string, region: string, country: string]> = [
    ['Seattle', 'Washington', 'US'],
    ['Munich', 'Bavaria', 'DE'],
    ['Lyon', 'Auvergne-Rhône-Alpes', 'FR'],
    ['Toronto', 'Ontario', 'CA'],
];
const specialties = ['tide tables', 'freight planning', 'slow logistics', 'maps', 'research and development'];

/** The facts of a company or school, determined alone by its path, such as `company/bluefern-labs`. */
export function generateCompany(path: string) {
    const slug = path.split('/').at(-1) ?? '';
    const seed = Buffer.from(path).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
    const { random, below, pick } = createDraw(seed);
    const name = slug.replace(/(?:^|-)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();
    const [size, employees] = pick(sizes);
    const [city, region, country] = pick(cities);
    const [otherCity, otherRegion, otherCountry] = pick(cities);
    return {
        path,
        id: 10_000 + (seed % 1_000_000),
        name,
        tagline: `${name}: unhurried since the beginning`,
        description: [`${name} plans for tides & weather.`, 'We have no real customers, and none of them complain.'],
        website: `https://www.${slug}.example/about`,
        industry: pick(industries),
        type: pick(types),
        size,
        employees,
        followers: 1000 + below(2_000_000),
        founded: random() < 0.7 ? 1950 + below(70) : null,
        city,
        region,
        /** The headquarters first; each as lines, the last ending with the country code. */
        offices: [
            [`${1 + below(99)} Harbour Street`, `${city}, ${region} 10115, ${country}`],
            [`${otherCity}, ${otherRegion}, ${otherCountry}`],
        ],
        specialties: [...new Set([pick(specialties), pick(specialties), pick(specialties), 'patience'])],
        funding:
            random() < 0.5
                ? {
                      rounds: 1 + below(6),
                      type: 'Series B',
                      date: '2021-03-14',
                      shownDate: 'Mar 14, 2021',
                      amount: 'US$ 12.5M',
                  }
                : null,
    };
}

type Company = ReturnType<typeof generateCompany>;

const format = (count: number): string => count.toLocaleString('en-US');

/** A synthetic company or school page in the logged-out layout of 2025. */
export function renderCompanyPage(company: Company): string {
    const { name, path, followers, city, region } = company;
    const kind = path.startsWith('school/') ? 'school' : 'company';
    return `<!DOCTYPE html>
<html lang="en"><head>
<meta name="pageKey" content="d_org_guest_${kind}_overview">
<meta name="locale" content="en_US">
<link rel="canonical" href="https://www.linkedin.com/${path}">
<meta name="description" content="${escape(escape(`${name} | ${format(followers)} followers on LinkedIn. ${company.tagline}.`))}">
<title>${escape(name)} | LinkedIn</title>
<script type="application/ld+json">${renderJsonLd(company)}</script>
</head><body><header>${dialogs[0]}</header>
<main class="main" id="main-content" role="main"><section class="core-rail">
<section class="top-card-layout"><figure class="cover-img"><img class="cover-img__image" src="https://media.licdn.com/dms/image/v2/synthetic/${company.id}/cover"></figure>
<div class="top-card-layout__card"><img class="top-card-layout__entity-image" data-delayed-url="https://media.licdn.com/dms/image/v2/synthetic/${company.id}/logo">
<div class="top-card-layout__entity-info"><h1 class="top-card-layout__title">${escape(name)}</h1>
<h2 class="top-card-layout__headline">${escape(company.industry)}</h2>
<h3 class="top-card-layout__first-subline">${city}, ${region} <span class="before:middot"></span> ${format(followers)} followers</h3>
<h4 class="top-card-layout__second-subline">${escape(company.tagline)}</h4></div>
<a href="https://www.linkedin.com/signup?facetCurrentCompany=${company.id}" class="face-pile"><p class="face-pile__text">Discover all ${format(company.employees)} employees</p></a>
<ul><li><a href="/uas/login" data-item-type="semaphore" data-semaphore-content-urn="urn:li:organization:${company.id}">Report this page</a></li></ul></div></section>
${dialogs.slice(1, 30).join('')}
${renderAbout(company)}
<section class="core-section-container locations"><h2>Locations</h2><ul>${company.offices.map(renderOffice).join('')}</ul></section>
${renderPosts(company)}
</section><section class="right-rail">${renderFunding(company)}</section></main>
<footer>${'<p>Synthetic page of the sandbox.</p>'.repeat(200)}</footer></body></html>`;
}

function renderAbout(company: Company): string {
    const fact = (id: string, label: string, value: string): string =>
        `<div class="mb-2 flex" data-test-id="about-us__${id}"><dt>${label}</dt><dd>${value}</dd></div>`;
    const link = `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(company.website).replace(/\./g, '%2E')}&amp;urlhash=x&amp;trk=about_website`;
    const website = `<a data-tracking-control-name="about_website" href="${link}">${company.website}</a><p class="hidden">External link for ${escape(company.name)}</p>`;
    const [last, ...others] = company.specialties.toReversed();
    const listed = [...others.toReversed(), `and ${last}`].join(', ');
    return `<section class="core-section-container" data-test-id="about-us"><h2>About us</h2><div>
<p class="whitespace-pre-wrap" data-test-id="about-us__description">${escape(company.description.join('\n\n'))}</p><dl>
${fact('website', 'Website', website)}
${fact('industry', 'Industry', escape(company.industry))}
${fact('size', 'Company size', company.size)}
${fact('headquarters', 'Headquarters', `${company.city}, ${company.region}`)}
${fact('organizationType', 'Type', company.type)}
${company.founded === null ? '' : fact('foundedOn', 'Founded', String(company.founded))}
${fact('specialties', 'Specialties', escape(listed))}
</dl></div></section>`;
}

function renderOffice(lines: string[], place: number): string {
    const tag = place === 0 ? '<span class="tag-sm tag-enabled">Primary</span>' : '';
    return `<li>${tag}<div id="address-${place}">${lines.map((line) => `<p>${line}</p>`).join('')}</div><a data-tracking-control-name="org-locations_url" href="https://maps.example/">Get directions</a></li>`;
}

/** Posts with organizations as authors and numbers in their texts, which must not be read as the company's. */
function renderPosts({ name, path }: Company): string {
    const post = (place: number): string =>
        `<li><article class="main-feed-activity-card" data-semaphore-content-urn="urn:li:activity:${place}"><h3>${escape(name)}</h3><p>${format(17 + place)} followers</p>
<a href="https://www.linkedin.com/${path}?trk=org-posts"><p class="attributed-text-segment-list__content">${'Nothing happened today. '.repeat(40)}</p></a>
<div class="social-actions">${'<button type="button" class="social-action-bar__button"><icon></icon>React</button>'.repeat(12)}</div></article></li>`;
    return `<section class="core-section-container" data-test-id="updates"><h2>Updates</h2><ul>${Array.from({ length: 10 }, (_, place) => post(place)).join('')}</ul></section>`;
}

function renderFunding({ name, funding }: Company): string {
    if (!funding) return '';
    return `<section class="aside-section-container" data-test-id="funding"><h2>Funding</h2><div>
<a data-tracking-control-name="funding_all-rounds" href="https://funding.example/"><span>${escape(name)}</span><span class="before:middot">${funding.rounds} total rounds</span></a>
<p>Last Round</p><a data-tracking-control-name="funding_last-round" href="https://funding.example/last">${funding.type}<time class="before:middot" datetime="${funding.date}">${funding.shownDate}</time></a>
<p class="text-display-lg">${funding.amount}</p></div></section>`;
}

function renderJsonLd(company: Company): string {
    const { name, path, city, region, offices } = company;
    const url = `https://www.linkedin.com/${path}`;
    const post = { '@type': 'DiscussionForumPosting', author: { '@type': 'Organization', name: 'Somebody Else', url } };
    const organization = {
        '@type': 'Organization',
        name,
        url,
        address: {
            type: 'PostalAddress',
            addressLocality: city,
            addressRegion: region,
            addressCountry: offices[0]?.at(-1)?.slice(-2),
        },
        description: company.description.join('\n\n'),
        numberOfEmployees: { value: company.employees, '@type': 'QuantitativeValue' },
        slogan: company.tagline,
        sameAs: company.website,
    };
    return JSON.stringify({ '@context': 'http://schema.org', '@graph': [post, organization] });
}
