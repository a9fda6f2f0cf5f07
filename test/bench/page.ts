import { generatePerson } from '../../src/sources/sandbox/generate-person.ts';
import { generateCompany, renderCompanyPage } from '../../src/sources/sandbox/company-page.ts';
import { renderPage } from '../../src/sources/sandbox/render-page.ts';

/** The sandbox's dialogs: many short tags, which a real page has not. */
const sandboxDialogs = /<div class="contextual-sign-in-modal"[\s\S]*?<\/section><\/div><\/div>/g;
/** Real tags carry lists of class names for every state and width. */
const classes =
    'flex items-center justify-center w-full m-0 p-1 rounded-md text-sm text-color-text leading-open babybear:w-full';
const blank = `\n${' '.repeat(12)}`.repeat(7);

const card = (place: number): string => `<li class="aside-card ${classes}"><!---->${blank}
<a href="https://www.linkedin.com/company/synthetic-${place}?trk=aside&amp;position=${place}" class="base-card ${classes}" data-tracking-control-name="synthetic_aside">
<img class="card__picture ${classes}" data-delayed-url="https://media.example/${place}.png" alt=""></a>${blank}<div class="base-aside-card__info ${classes}">
<h3 class="card__title ${classes}">Synthetic card – ${place}</h3><p class="card__subtitle ${classes}">A line <span>of text</span> about it</p></div></li>`;

const dialog = `<div class="contextual-sign-in-modal ${classes}" data-impression-id="synthetic"><!---->${blank}<div class="modal modal--contextual ${classes}">
<section aria-modal="true" role="dialog" class="modal__main ${classes}"><button class="modal__dismiss ${classes}" aria-label="Close"></button>${blank}
<h2 class="${classes}">Sign in</h2><form class="${classes}" action="/uas/login-submit" method="post"><input type="hidden" name="field" value="synthetic">
<button class="${classes}" type="submit">Sign in</button></form><svg viewBox="0 0 24 24"><path d="M12 2 L22 12 L12 22 L2 12 Z"></path></svg>
<p class="${classes}">Text of a dialog that nobody reads.</p></section></div></div>`;

const post = `<section class="core-section-container ${classes}" data-section="posts"><ul class="${classes}"><li class="${classes}"><!---->${blank}
<a class="base-card__full-link ${classes}" href="https://www.linkedin.com/posts/synthetic"></a><img class="${classes}" alt="${'Words of a post — as long as posts are. '.repeat(12)}">
<h3 class="${classes}">A post</h3>${blank}<code><!--{"synthetic":true}--></code><p class="${classes}">More of it</p></li></ul></section>`;

/** A company's page of the same make. */
export function buildCompanyPage(path: string, bytes: number): string {
    const page = renderCompanyPage(generateCompany(path)).replace(sandboxDialogs, '');
    const filler = dialog + post;
    const count = Math.ceil(Math.max(0, bytes - page.length) / filler.length);
    return page.replace('</main>', () => `${filler.repeat(count)}</main>`);
}

/** The same page of somebody who works at another company. */
export function moveTo(path: string, number: number, page: string): string {
    const { slug } = generatePerson(`example-${number}`, { kind: 'example', number }).jobs[0]!;
    return page.replaceAll(`/company/${slug}?`, `/${path}?`);
}

/**
 * A profile page of `bytes` bytes or a little more, different for every number, and built like a real one: some 600
 * elements that a reader keeps, long tags (130 bytes on the average), many blanks, characters beyond Latin in every
 * part. What it lacks in size are dialogs and posts, two thirds of them in `<main>`, one third behind it.
 */
export function buildPage(number: number, bytes: number): string {
    const person = renderPage(generatePerson(`example-${number}`, { kind: 'example', number }));
    const cards = Array.from({ length: 55 }, (_, place) => card(place)).join('\n');
    const aside = `<section class="aside-section-container"><ul>${cards}</ul></section>`;
    const page = person.replace(sandboxDialogs, '').replace('</main>', () => `${aside}</main>`);
    const filler = dialog + post;
    const missing = Math.max(0, bytes - page.length) / filler.length;
    const inMain = filler.repeat(Math.ceil((missing * 2) / 3));
    return page
        .replace(aside, () => inMain + aside)
        .replace('</main>', () => `</main>${filler.repeat(Math.ceil(missing / 3))}`);
}
