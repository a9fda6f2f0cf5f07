import type { Education, Organization } from '../../../enrichment/result/profile-parts.ts';
import { dropLabel, getEntries } from './entries.ts';
import { readExpandableText, readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasAttribute, hasClass, hasName, type PageNode } from '../markup/page-tree.ts';
import { readDateRange, readOrganization } from './positions.ts';
import { keepWords } from '../text/clean-text.ts';

const isMarked = hasAttribute('data-section', 'educations');
const isActivities = hasClass('education__item--activities-and-societies');

export const readEducations = (section: PageNode, language: string): Education[] =>
    getEntries(section)
        .map((entry) => ({
            school: readOrganization(entry, findFirst(entry, hasName('h3'))),
            ...readDegree(findFirst(entry, hasName('h4'))),
            date: readDateRange(entry, language),
            description: readExpandableText(entry),
            activities: readActivities(entry),
        }))
        .filter(({ school }) => school.name !== null);

/** An education of which only the school is known. */
export function buildBareEducation(school: Organization): Education {
    const date = { start: null, end: null };
    return { school, degree_name: null, field_of_study: null, date, grade: null, description: null, activities: null };
}

/** They have their own class; since 2024 a block marked like the field of study. */
function readActivities(entry: PageNode): string | null {
    const marked = findFirst(entry, (node) => node.name !== 'span' && isMarked(node));
    return dropLabel(readLine(findFirst(entry, isActivities) ?? marked));
}

type Degree = Pick<Education, 'degree_name' | 'field_of_study' | 'grade'>;

/**
 * Degree, field and grade come in this order, and each can be missing. Newer pages mark field and grade the same way,
 * older ones mark nothing: if the second is a field or a grade is decided by its text.
 */
function readDegree(subtitle: PageNode | null): Degree {
    const spans = findAll(subtitle, hasName('span')).map((span) => ({
        text: keepWords(readLine(span)),
        isMarked: isMarked(span),
    }));
    if (spans.length === 0) return { ...noDegree, degree_name: keepWords(readLine(subtitle)) };
    const firstMarked = spans.findIndex((span) => span.isMarked);
    const degrees = firstMarked < 0 ? spans.slice(0, 1) : spans.slice(0, firstMarked);
    const degree = degrees[0]?.text ?? null;
    const [field = null, ...more] = spans.slice(degrees.length).map(({ text }) => text);
    if (field !== null && isGrade(field) && more.length === 0)
        return { degree_name: degree, field_of_study: null, grade: field };
    const isDegreeGrade = field === null && degree !== null && isGrade(degree) && !isSchoolYear(degree);
    if (isDegreeGrade) return { ...noDegree, grade: degree };
    return { degree_name: degree, field_of_study: field, grade: more.find((text) => text !== null) ?? null };
}

const noDegree: Degree = { degree_name: null, field_of_study: null, grade: null };

/** Forms of grades: a number with or without a label, one letter, or a class of honours. */
const gradePattern = new RegExp(
    [
        String.raw`^(?:(?:c\.?)?g\.?p\.?a|grade|grades|marks?|score|note|nota|moyenne|media|cijfer|cum|average)?[\s.:=-]*\p{Nd}+(?:[.,:]\p{Nd}+)?(?:\s*(?:%|/|[–-]\s*\p{Nd}|of\b|out of\b|von\b|sur\b|de\b|di\b|van\b|c?gpa\b|points?\b|percent|per cent|marks?\b|分|점|grade\b|\(|$).*)$`,
        String.raw`^[A-F](?:[+*-]|\s*\+)?(?:\s*grade)?$`,
        String.raw`^(?:with\s+)?(?:first|upper second|lower second|second|third)[\s-]+class\b.*$`,
        String.raw`^(?:with\s+|avec\s+)?(?:highest\s+|high\s+)?(?:distinction|merit|hono(?:u)?rs|pass(?:ed)?)$`,
        String.raw`^(?:summa|magna)?\s*cum laude$`,
        String.raw`^(?:grade|gpa|cgpa)\b.*$`,
        String.raw`^(?:mention\s+)?(?:très bien|assez bien|bien)$`,
        String.raw`^(?:sehr gut|gut|befriedigend|ausreichend|sobresaliente|notable|aprobado)$`,
    ].join('|'),
    'iu',
);

/** "Grade 12" is a school year, not a grade. */
const isSchoolYear = (text: string): boolean => /^grade\s+\d+$/i.test(text);

const isGrade = (text: string): boolean => gradePattern.test(text);
