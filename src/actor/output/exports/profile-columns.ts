import { countMonths, findCurrentPosition } from '../../../enrichment/result/profile-content.ts';
import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import type { Profile } from '../../../enrichment/result/profile.ts';
import type { DateRange } from '../../../enrichment/result/profile-parts.ts';
import type { ExportFormat } from '../../input/input.ts';
import type { CompatibilityField } from '../../ledger/row-compatibility.ts';
import type { Row } from '../../ledger/row.ts';
import type { CellValue } from './csv-cell.ts';
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

export type Column = {
    name: string;
    /**
     * The profile fields shown: the column is omitted when `fields` selects none of them. `line`: always there;
     * `lists`: with several lists; `run`: omitted with `fields`; `watch`: as `run`, unless the run has a watch;
     * `company`: with company details.
     */
    of: ReadonlyArray<keyof Profile | CompatibilityField> | 'line' | 'lists' | 'run' | 'watch' | 'company';
    read: (line: ExportedLine, profile: StoredProfile) => CellValue;
};

/** Separates list entries in one cell; no spreadsheet takes it for a cell separator. */
const separator = ' | ';

const joined = (read: (profile: StoredProfile) => readonly string[] | undefined): Column['read'] => {
    return (_, profile) => join(read(profile));
};

const ofCompany = (name: string, read: (company: CompanyDetails) => CellValue): Column => ({
    name: `company_${name}`,
    of: 'company',
    read: ({ row }) => (row?.status === 'success' && row.company_details ? read(row.company_details) : null),
});

/** The columns of `profiles.csv`: the person first, details of the run last. */
const profileColumns: readonly Column[] = [
    { name: 'status', of: 'line', read: ({ status }) => status },
    { name: 'full_name', of: ['full_name'], read: (_, { full_name: name }) => name },
    { name: 'title', of: ['title'], read: (_, { title }) => title },
    { name: 'company', of: ['company'], read: (_, { company }) => company?.name },
    { name: 'position_started', of: ['position_groups'], read: (_, profile) => readStart(profile) },
    { name: 'months_in_position', of: ['position_groups'], read: ({ row }, profile) => readMonths(row, profile) },
    { name: 'headline', of: ['headline'], read: (_, { headline }) => headline },
    { name: 'location', of: ['location'], read: (_, { location }) => location?.default },
    { name: 'city', of: ['location'], read: (_, { location }) => location?.city },
    { name: 'state', of: ['location'], read: (_, { location }) => location?.state },
    { name: 'country', of: ['location'], read: (_, { location }) => location?.country },
    { name: 'industry', of: ['industry'], read: (_, { industry }) => industry },
    { name: 'profile_url', of: ['identifier', 'links'], read: ({ row }) => row?.canonical_url },
    { name: 'first_name', of: ['first_name'], read: (_, { first_name: name }) => name },
    { name: 'last_name', of: ['last_name'], read: (_, { last_name: name }) => name },
    { name: 'company_url', of: ['company'], read: (_, { company }) => company?.linkedin_url },
    ofCompany('website', ({ website }) => website),
    ofCompany('domain', ({ domain }) => domain),
    ofCompany('industry', ({ industry }) => industry),
    ofCompany('size', ({ company_size: size }) => size && describeSize(size)),
    ofCompany('employees', ({ employees_on_linkedin: count }) => count),
    ofCompany('headquarters', ({ headquarters }) => headquarters?.default),
    ofCompany('founded', ({ founded_year: year }) => year),
    { name: 'followers', of: ['followers_count'], read: (_, { followers_count: count }) => count },
    { name: 'connections', of: ['connections_count'], read: (_, { connections_count: count }) => count },
    { name: 'summary', of: ['summary'], read: (_, { summary }) => summary },
    {
        name: 'position_description',
        of: ['position_groups'],
        read: (_, profile) => findCurrentPosition(profile)?.position.description,
    },
    {
        name: 'experience',
        of: ['position_groups'],
        read: joined(({ position_groups: groups }) => groups?.flatMap(describePositions)),
    },
    { name: 'education', of: ['educations'], read: joined(({ educations }) => educations?.map(describeEducation)) },
    { name: 'skills', of: ['skills'], read: joined(({ skills }) => skills) },
    { name: 'languages', of: ['languages'], read: joined(({ languages }) => languages?.map(({ name }) => name)) },
    {
        name: 'certifications',
        of: ['certifications'],
        read: joined(({ certifications }) => certifications?.map(({ name }) => name)),
    },
    { name: 'services', of: ['services'], read: joined(({ services }) => services) },
    { name: 'articles', of: ['articles'], read: joined(({ articles }) => articles?.map(({ title }) => title)) },
    { name: 'patents', of: ['patents'], read: joined(({ patents }) => patents?.map(({ title }) => title)) },
    {
        name: 'organizations',
        of: ['organizations'],
        read: joined(({ organizations }) => organizations?.map(({ name }) => name)),
    },
    {
        name: 'test_scores',
        of: ['test_scores'],
        read: joined(({ test_scores: tests }) => tests?.map(describeTestScore)),
    },
    {
        name: 'recommendations_count',
        of: ['recommendations_count'],
        read: (_, { recommendations_count: count }) => count,
    },
    { name: 'open_to_work', of: ['badges'], read: (_, { badges }) => badges?.open_to_work },
    { name: 'seniority', of: ['department'], read: (_, { department }) => department?.seniority },
    { name: 'departments', of: ['department'], read: joined(({ department }) => department?.departments) },
    { name: 'masked_sections', of: ['masked_sections'], read: joined((profile) => profile.masked_sections) },
    { name: 'websites', of: ['websites'], read: joined(({ websites }) => websites?.map(({ url }) => url)) },
    { name: 'picture_url', of: ['picture_url'], read: (_, profile) => profile.picture_url },
    { name: 'completeness', of: 'run', read: ({ row }) => row?.meta.completeness },
    { name: 'missing', of: 'run', read: ({ row }) => join(row?.meta.missing) },
    { name: 'change', of: 'watch', read: ({ row, change }) => row?.change ?? change },
    { name: 'changes', of: 'watch', read: ({ row }) => join(row?.changes?.map(describeChange)) },
    { name: 'url_as_given', of: 'line', read: ({ url }) => url },
    { name: 'same_as_list', of: 'lists', read: ({ sameAs }) => sameAs?.list },
    { name: 'same_as_line', of: 'line', read: ({ sameAs }) => sameAs?.line },
    { name: 'error_code', of: 'run', read: ({ row }) => (row?.status === 'error' ? row.code : null) },
    {
        name: 'message',
        of: 'line',
        read: ({ row, message }) => (row?.status === 'error' ? row.message : message),
    },
    { name: 'charged', of: 'run', read: ({ row }) => row?.meta.credits_used },
    { name: 'fetched_at', of: 'run', read: ({ row }) => row?.meta.fetched_at },
    { name: 'request_id', of: 'run', read: ({ row }) => row?.meta.request_id },
];

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** The columns by the names that HubSpot's import recognises. */
const hubspotColumns: readonly Column[] = [
    // The full name when its parts are unknown: a contact needs a name.
    {
        name: 'First Name',
        of: ['first_name', 'full_name'],
        read: (_, { first_name: first, last_name: last, full_name: name }) => first ?? (last ? null : name),
    },
    { name: 'Last Name', of: ['last_name'], read: (_, { last_name: name }) => name },
    { name: 'Job Title', of: ['title'], read: (_, { title }) => title },
    { name: 'Company Name', of: ['company'], read: (_, { company }) => company?.name },
    { name: 'City', of: ['location'], read: (_, { location }) => location?.city },
    { name: 'State/Region', of: ['location'], read: (_, { location }) => location?.state },
    {
        name: 'Country/Region',
        of: ['location'],
        read: (_, { location }) => (location?.country ? countryNames.of(location.country) : null),
    },
    { name: 'LinkedIn URL', of: 'line', read: ({ row }) => row?.canonical_url },
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
    return columns.filter(({ of }) => {
        if (of === 'lists') return hasSeveralLists;
        if (fields === null || of === 'line' || (of === 'watch' && isWatched)) return true;
        if (of === 'company') return hasCompanies;
        return typeof of !== 'string' && of.some((field) => fields.includes(field));
    });
}

export function readCells(columns: readonly Column[], line: ExportedLine): CellValue[] {
    const profile: StoredProfile = line.row?.status === 'success' ? line.row.profile : {};
    return columns.map(({ read }) => read(line, profile));
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
function readMonths(row: Row | null, profile: StoredProfile): number | null {
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

function join(parts: readonly string[] | undefined): string | null {
    return parts === undefined || parts.length === 0 ? null : parts.join(separator);
}
