import type { Profile, ProfileSection } from '../../../../src/enrichment/result/profile.ts';
import { renderPersonPage, type PageOptions } from '../../../fixtures/render-page.ts';
import { barePerson, type ShownPerson } from '../../../fixtures/shown-person.ts';

/** A synthetic page and what must be read from it; fields that are not named are not looked at. */
export type CorpusCase = {
    name: string;
    page: string;
    expected: { [Field in keyof Profile]?: unknown };
    /** Sections that must be reported as unread. */
    unread?: ProfileSection[];
};

/** The page of 2026 of a person of whom little is shown. */
export const pageOf = (shown: Partial<ShownPerson>, options: Partial<PageOptions> = {}): string =>
    renderPersonPage({ ...barePerson, ...shown }, { era: 2026, ...options });

/** Puts raw mark-up in place of a marker, for what no renderer of correct pages would write. */
export const withMarkup = (page: string, marker: string, markup: string): string => page.replaceAll(marker, markup);

/** A section of 2026 with raw content. */
export const section = (name: string, content: string): string =>
    `<section class="core-section-container" data-section="${name}"><h2>Ω</h2><div class="core-section-container__content">${content}</div></section>`;

/** A page with further raw sections. */
export const withSections = (page: string, ...sections: string[]): string =>
    page.replace('<section class="right-rail">', `${sections.join('')}<section class="right-rail">`);
