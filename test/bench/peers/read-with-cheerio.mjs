/** The fields of a profile page by selectors, as one writes it with Cheerio. `$` is a loaded page. */
export function readWithCheerio($) {
    const text = (root, selector) => root.find(selector).first().text().trim() || null;
    const list = (selector, read) =>
        $(selector)
            .toArray()
            .map((node) => read($(node)));
    const position = (item) => ({
        title: text(item, '.experience-item__title'),
        company: text(item, '.experience-item__subtitle'),
        date: item
            .find('.date-range time')
            .toArray()
            .map((time) => $(time).text()),
        location: item.find('p.experience-item__meta-item').eq(1).text().trim() || null,
        description: text(item, '.show-more-less-text__text--more') ?? text(item, '.show-more-less-text__text--less'),
    });
    const main = $('main');
    return {
        full_name: text(main, 'h1.top-card-layout__title'),
        headline: text(main, 'h2.top-card-layout__headline'),
        location: text(main, '.profile-info-subheader > span'),
        followers: text(main, '.profile-info-subheader .not-first-middot > span'),
        company: text(main, 'a[data-tracking-control-name=public_profile_topcard-current-company]'),
        picture: main.find('img.top-card__profile-image').attr('data-delayed-url') ?? null,
        summary: text(main, 'section.summary .core-section-container__content'),
        position_groups: list('main li.experience-item, main li.experience-group', (group) => ({
            company: text(group, '.experience-group-header__company'),
            positions: group.is('.experience-group')
                ? group
                      .find('.experience-group__positions > li')
                      .toArray()
                      .map((item) => position($(item)))
                : [position(group)],
        })),
        educations: list('main li.education__list-item', (item) => ({
            school: text(item, 'h3'),
            degree: item.find('h4 span').eq(0).text(),
            field: item.find('h4 span').eq(1).text(),
            date: item
                .find('.date-range time')
                .toArray()
                .map((time) => $(time).text()),
        })),
        skills: list('main [data-section=skills] li.skills__item a', (item) => item.text().trim()),
        languages: list('main section.languages li', (item) => ({
            name: text(item, 'h3'),
            proficiency: text(item, 'h4'),
        })),
        certifications: list('main [data-section=certifications] li', (item) => ({
            name: text(item, 'h3'),
            authority: text(item, 'h4'),
        })),
        projects: list('main [data-section=projects] li', (item) => ({ name: text(item, 'h3') })),
        related_profiles: list('main a.base-card__full-link', (item) => item.attr('href')),
    };
}
