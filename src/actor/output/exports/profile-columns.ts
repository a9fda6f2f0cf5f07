import { countMonths, findCurrentPosition } from '../../../enrichment/result/profile-content.ts';
import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import type { Profile } from '../../../enrichment/result/profile.ts';
import type { DateRange } from '../../../enrichment/result/profile-parts.ts';
import type { ExportFormat } from '../../input/input.ts';
import type { CompatibilityField } from '../../ledger/row-compatibility.ts';
import type { Row } from '../../ledger/row.ts';
import type { CellValue } from './csv.ts';
import type { LineOutcome } from './line-outcomes.ts';

/** A stored profile: `fields` may have removed any field. */
type StoredProfile = Partial<Profile>;

/** The data of one line of the export. */
export type ExportedLine = LineOutcome & {
    /** As given; empty for a row without an address. */
    url: string;
    /** Null for a line without a row. */
    row: Row | null;
};

/**
 * A column: its name, the profile fields it shows, and how to read it; a list is joined. With `fields`, the column is
 * omitted when none of its fields is selected. `line`: always there; `lists`: with several lists; `run`: omitted with
 * `fields`; `watch`: as `run`, unless the run has a watch; `company`: with company details.
 */
export type Column = readonly [
    name: string,
    of: ReadonlyArray<keyof Profile | CompatibilityField> | 'line' | 'lists' | 'run' | 'watch' | 'company',
    read: (profile: StoredProfile, line: ExportedLine) => CellValue | readonly string[],
];

/** Separates list entries in one cell; no spreadsheet takes it for a cell separator. */
const separator = ' | ';

const ofCompany = (name: string, read: (company: CompanyDetails) => CellValue): Column => [
    `company_${name}`,
    'company',
    (_, { row }) => (row?.status === 'success' && row.company_details ? read(row.company_details) : null),
];

/** The columns of `profiles.csv`: the person first, details of the run last. */
const profileColumns: readonly Column[] = [
    ['status', 'line', (_, { status }) => status],
    ['full_name', ['full_name'], (profile) => profile.full_name],
    ['title', ['title'], ({ title }) => title],
    ['company', ['company'], ({ company }) => company?.name],
    ['position_started', ['position_groups'], readStart],
    ['months_in_position', ['position_groups'], readMonths],
    ['headline', ['headline'], ({ headline }) => headline],
    ['location', ['location'], ({ location }) => location?.default],
    ['city', ['location'], ({ location }) => location?.city],
    ['state', ['location'], ({ location }) => location?.state],
    ['country', ['location'], ({ location }) => location?.country],
    ['industry', ['industry'], ({ industry }) => industry],
    ['profile_url', ['identifier', 'links'], (_, { row }) => row?.canonical_url],
    ['first_name', ['first_name'], (profile) => profile.first_name],
    ['last_name', ['last_name'], (profile) => profile.last_name],
    ['company_url', ['company'], ({ company }) => company?.linkedin_url],
    ofCompany('website', ({ website }) => website),
    ofCompany('domain', ({ domain }) => domain),
    ofCompany('industry', ({ industry }) => industry),
    ofCompany('size', ({ company_size: size }) => size && describeSize(size)),
    ofCompany('employees', ({ employees_on_linkedin: count }) => count),
    ofCompany('headquarters', ({ headquarters }) => headquarters?.default),
    ofCompany('founded', ({ founded_year: year }) => year),
    ['followers', ['followers_count'], (profile) => profile.followers_count],
    ['connections', ['connections_count'], (profile) => profile.connections_count],
    ['summary', ['summary'], ({ summary }) => summary],
    ['position_description', ['position_groups'], (profile) => findCurrentPosition(profile)?.position.description],
    ['experience', ['position_groups'], (profile) => profile.position_groups?.flatMap(describePositions)],
    ['education', ['educations'], ({ educations }) => educations?.map(describeEducation)],
    ['skills', ['skills'], ({ skills }) => skills],
    ['languages', ['languages'], ({ languages }) => languages?.map(({ name }) => name)],
    ['certifications', ['certifications'], ({ certifications }) => certifications?.map(({ name }) => name)],
    ['services', ['services'], ({ services }) => services],
    ['articles', ['articles'], ({ articles }) => articles?.map(({ title }) => title)],
    ['patents', ['patents'], ({ patents }) => patents?.map(({ title }) => title)],
    ['organizations', ['organizations'], ({ organizations }) => organizations?.map(({ name }) => name)],
    ['test_scores', ['test_scores'], (profile) => profile.test_scores?.map(describeTestScore)],
    ['recommendations_count', ['recommendations_count'], (profile) => profile.recommendations_count],
    ['open_to_work', ['badges'], ({ badges }) => badges?.open_to_work],
    ['seniority', ['department'], ({ department }) => department?.seniority],
    ['departments', ['department'], ({ department }) => department?.departments],
    ['masked_sections', ['masked_sections'], (profile) => profile.masked_sections],
    ['websites', ['websites'], ({ websites }) => websites?.map(({ url }) => url)],
    ['picture_url', ['picture_url'], (profile) => profile.picture_url],
    ['completeness', 'run', (_, { row }) => row?.meta.completeness],
    ['missing', 'run', (_, { row }) => row?.meta.missing],
    ['change', 'watch', (_, { row, change }) => row?.change ?? change],
    ['changes', 'watch', (_, { row }) => row?.changes?.map(describeChange)],
    ['url_as_given', 'line', (_, { url }) => url],
    ['same_as_list', 'lists', (_, { sameAs }) => sameAs?.list],
    ['same_as_line', 'line', (_, { sameAs }) => sameAs?.line],
    ['error_code', 'run', (_, { row }) => (row?.status === 'error' ? row.code : null)],
    ['message', 'line', (_, { row, message }) => (row?.status === 'error' ? row.message : message)],
    ['charged', 'run', (_, { row }) => row?.meta.credits_used],
    ['fetched_at', 'run', (_, { row }) => row?.meta.fetched_at],
    ['request_id', 'run', (_, { row }) => row?.meta.request_id],
];

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** The columns by the names that HubSpot's import recognises. */
const hubspotColumns: readonly Column[] = [
    // The full name when its parts are unknown: a contact needs a name.
    [
        'First Name',
        ['first_name', 'full_name'],
        (profile) => profile.first_name ?? (profile.last_name ? null : profile.full_name),
    ],
    ['Last Name', ['last_name'], (profile) => profile.last_name],
    ['Job Title', ['title'], ({ title }) => title],
    ['Company Name', ['company'], ({ company }) => company?.name],
    ['City', ['location'], ({ location }) => location?.city],
    ['State/Region', ['location'], ({ location }) => location?.state],
    ['Country/Region', ['location'], ({ location }) => (location?.country ? countryNames.of(location.country) : null)],
    ['LinkedIn URL', 'line', (_, { row }) => row?.canonical_url],
];

export type ColumnChoice = {
    format: ExportFormat;
    /** The selected profile fields; null for all. */
    fields: readonly string[] | null;
    isWatched: boolean;
    hasCompanies: boolean;
};

/** The columns that follow the list's own. */
export function chooseColumns(choice: ColumnChoice, hasSeveralLists = false): Column[] {
    const { format, fields, isWatched, hasCompanies } = choice;
    const columns = format === 'hubspot' ? hubspotColumns : profileColumns;
    return columns.filter(([, of]) => {
        if (of === 'lists') return hasSeveralLists;
        if (fields === null || of === 'line' || (of === 'watch' && isWatched)) return true;
        if (of === 'company') return hasCompanies;
        return typeof of !== 'string' && of.some((field) => fields.includes(field));
    });
}

export function readCells(columns: readonly Column[], line: ExportedLine): CellValue[] {
    const profile: StoredProfile = line.row?.status === 'success' ? line.row.profile : {};
    return columns.map(([, , read]) => {
        const value = read(profile, line);
        return typeof value === 'object' && value !== null ? value.join(separator) : value;
    });
}

/** "51–200", "10001+": spreadsheets read "2-10" as a date. */
function describeSize({ min, max }: NonNullable<CompanyDetails['company_size']>): string {
    if (max === null) return `${min}+`;
    return max === min ? String(min) : `${min}–${max}`;
}

function readStart(profile: StoredProfile): string | null {
    return findCurrentPosition(profile)?.position.date.start ?? null;
}

/** Counted up to the date of the data. */
function readMonths(profile: StoredProfile, { row }: ExportedLine): number | null {
    return countMonths(readStart(profile), row?.meta.data_as_of ?? row?.meta.fetched_at ?? null);
}

function describePositions({ company, profile_positions }: Profile['position_groups'][number]): string[] {
    return profile_positions.map(({ title, company: name, date }) => {
        const what = [title, name ?? company.name].filter((part) => part !== null).join(' at ');
        return `${what}${describeDates(date)}`;
    });
}

function describeEducation({ school, degree_name, field_of_study, date }: Profile['educations'][number]): string {
    const degree = [degree_name, field_of_study].filter((part) => part !== null).join(', ');
    const what = [degree, school.name].filter(Boolean).join(' at ');
    return `${what}${describeDates(date)}`;
}

function describeChange({ field, from, to, meaning }: NonNullable<Row['changes']>[number]): string {
    const what = meaning === null ? '' : ` (${meaning.replace('_', ' ')})`;
    return `${field}: ${from ?? '?'} → ${to ?? '–'}${what}`;
}

function describeTestScore({ name, score }: Profile['test_scores'][number]): string {
    return score === null ? name : `${name}: ${score}`;
}

function describeDates({ start, end }: DateRange): string {
    if (start !== null) return end === null ? ` (since ${start})` : ` (${start} to ${end})`;
    return end === null ? '' : ` (until ${end})`;
}
