import type { ClassNames } from './page-tree.ts';

/* Which parts of a page are kept. */

/** The attributes kept in the tree. */
export const keptAttributes = [
    'src',
    'href',
    'data-section',
    'data-delayed-url',
    'data-tracking-control-name',
    'data-test-id',
    'data-semaphore-content-urn',
    'datetime',
] as const;
/** The attributes that are read; all others are skipped. */
export const attributeNames = [...keptAttributes, 'class', 'id', 'name', 'property', 'content', 'rel', 'type'] as const;
export type AttributeName = (typeof attributeNames)[number];
export type RawAttributes = { [name in AttributeName]?: string };

/** Elements that are always dropped. */
const unwantedElements = new Set(
    'html head body header nav footer code style iframe noscript template icon script textarea title meta link base'.split(
        ' ',
    ),
);
/** Sign-in dialogs. */
const dialogClasses = ['modal', 'contextual-sign-in-modal', 'sign-in-modal'];
/** The only dialog with profile data: the websites, when there are several. */
const wantedDialogId = 'websites';
/** Sections about the person's posts and courses. */
const unwantedSections = new Set(['posts', 'instructor-courses', 'activity']);
/** Sections of a company page about other things: employees, posts, products, jobs, other companies. */
const unwantedTestIds = new Set(
    'employees-at updates products browse-jobs affiliated-pages similar-pages more-searches'.split(' '),
);

/** Whether an element and its content are dropped. */
export function isUnwanted(name: string, attributes: RawAttributes, classes: ClassNames): boolean {
    if (unwantedElements.has(name)) return true;
    const section = attributes['data-section'];
    if (section !== undefined && unwantedSections.has(section)) return true;
    const testId = attributes['data-test-id'];
    if (testId !== undefined && unwantedTestIds.has(testId)) return true;
    return dialogClasses.some((dialog) => classes.has(dialog)) && attributes.id !== wantedDialogId;
}
