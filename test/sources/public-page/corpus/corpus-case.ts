import type { Profile, ProfileSection } from '../../../../src/enrichment/result/profile.ts';
import { renderPersonPage, type PageOptions } from '../../../fixtures/render-page.ts';
import { barePerson, type ShownPerson } from '../../../fixtures/shown-person.ts';

/** A synthetic page and the expected fields; other fields are not checked. */
export type CorpusCase = {
    name: string;
    page: string;
    expected: { [Field in keyof Profile]?: unknown };
    /** Sections that must be reported as unread. */
    unread?: ProfileSection[];
};

/** A page in the layout of 2026 with few facts. */
export const pageOf = (shown: Partial<ShownPerson>, options: Partial<PageOptions> = {}): string =>
    renderPersonPage({ ...barePerson, ...shown }, { era: 2026, ...options });

/** Replaces a marker by raw markup, for pages that the renderer would not produce. */
export const withMarkup = (page: string, marker: string, markup: string): string => page.replaceAll(marker, markup);

/** A section in the layout of 2026 with raw content. */
export const section = (name: string, content: string): string =>
    `<section class="core-section-container" data-section="${name}"><h2>Ω</h2><div class="core-section-container__content">${content}</div></section>`;

/** A page with further raw sections. */
export const withSections = (page: string, ...sections: string[]): string =>
    page.replace('<section class="right-rail">', `${sections.join('')}<section class="right-rail">`);
