import type { DateRange, Profile } from '../../../enrichment/result/profile.ts';
import type { Row } from '../../ledger/row.ts';
import type { CellValue } from './csv-cell.ts';

/** A profile as it is stored: `fields` may have left anything out. */
type StoredProfile = Partial<Profile>;

type Column = { name: string; read: (row: Row, profile: StoredProfile) => CellValue };

/** Between the entries of a list in one cell; no spreadsheet takes it for the border of a cell. */
const separator = ' | ';

/** The columns of `profiles.csv`, in reading order: who and what first, the particulars of the run last. */
export const profileColumns: readonly Column[] = [
    { name: 'line', read: (row) => row.input_index + 1 },
    { name: 'status', read: (row) => row.status },
    { name: 'full_name', read: (_, profile) => profile.full_name },
    { name: 'title', read: (_, profile) => profile.title },
    { name: 'company', read: (_, profile) => profile.company?.name },
    { name: 'headline', read: (_, profile) => profile.headline },
    { name: 'location', read: (_, profile) => profile.location?.default },
    { name: 'city', read: (_, profile) => profile.location?.city },
    { name: 'state', read: (_, profile) => profile.location?.state },
    { name: 'country', read: (_, profile) => profile.location?.country },
    { name: 'industry', read: (_, profile) => profile.industry },
    { name: 'profile_url', read: (row) => row.canonical_url },
    { name: 'first_name', read: (_, profile) => profile.first_name },
    { name: 'last_name', read: (_, profile) => profile.last_name },
    { name: 'company_url', read: (_, profile) => profile.company?.linkedin_url },
    { name: 'followers', read: (_, profile) => profile.followers_count },
    { name: 'connections', read: (_, profile) => profile.connections_count },
    { name: 'summary', read: (_, profile) => profile.summary },
    { name: 'experience', read: (_, profile) => join(profile.position_groups?.flatMap(describePositions)) },
    { name: 'education', read: (_, profile) => join(profile.educations?.map(describeEducation)) },
    { name: 'skills', read: (_, profile) => join(profile.skills) },
    { name: 'languages', read: (_, profile) => join(profile.languages?.map((language) => language.name)) },
    { name: 'certifications', read: (_, profile) => join(profile.certifications?.map(({ name }) => name)) },
    { name: 'services', read: (_, profile) => join(profile.services) },
    { name: 'articles', read: (_, profile) => join(profile.articles?.map(({ title }) => title)) },
    { name: 'patents', read: (_, profile) => join(profile.patents?.map(({ title }) => title)) },
    { name: 'organizations', read: (_, profile) => join(profile.organizations?.map(({ name }) => name)) },
    { name: 'test_scores', read: (_, profile) => join(profile.test_scores?.map(describeTestScore)) },
    { name: 'recommendations_count', read: (_, profile) => profile.recommendations_count },
    { name: 'open_to_work', read: (_, profile) => profile.badges?.open_to_work },
    { name: 'seniority', read: (_, profile) => profile.department?.seniority },
    { name: 'departments', read: (_, profile) => join(profile.department?.departments) },
    { name: 'masked_sections', read: (_, profile) => join(profile.masked_sections) },
    { name: 'websites', read: (_, profile) => join(profile.websites?.map(({ url }) => url)) },
    { name: 'picture_url', read: (_, profile) => profile.picture_url },
    {
        name: 'changes',
        read: (row) => join(row.changes?.map(({ field, from, to }) => `${field}: ${from ?? '?'} → ${to}`)),
    },
    { name: 'url_as_given', read: (row) => row.url },
    { name: 'same_as_line', read: (row) => (row.duplicate_of === null ? null : row.duplicate_of + 1) },
    { name: 'error_code', read: (row) => (row.status === 'error' ? row.code : null) },
    { name: 'message', read: (row) => (row.status === 'error' ? row.message : null) },
    { name: 'charged', read: (row) => row.meta.credits_used },
    { name: 'fetched_at', read: (row) => row.meta.fetched_at },
    { name: 'request_id', read: (row) => row.meta.request_id },
];

/** The cells of one row, in the order of the columns. */
export function readCells(row: Row): CellValue[] {
    const profile: StoredProfile = row.status === 'success' ? row.profile : {};
    return profileColumns.map(({ read }) => read(row, profile));
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
