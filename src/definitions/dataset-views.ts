/** A column of a view: the field, its heading, and its format unless it is text. */
type Column = [field: string, label: string, format?: 'link' | 'image' | 'array'];

type View = { title: string; description: string; columns: Column[] };

const picture: Column = ['profile.picture_url', 'Picture', 'image'];
const name: Column = ['profile.full_name', 'Name'];
const address: Column = ['canonical_url', 'Profile', 'link'];

const views: Record<string, View> = {
    overview: {
        title: 'Overview',
        description: 'One row per profile',
        columns: [
            ['line', 'Line'],
            ['status', 'Status'],
            picture,
            name,
            ['profile.title', 'Title'],
            ['profile.company.name', 'Company'],
            ['profile.headline', 'Headline'],
            ['profile.location.default', 'Location'],
            ['profile.followers_count', 'Followers'],
            ['meta.completeness', 'Completeness'],
            ['meta.missing', 'Missing', 'array'],
            address,
            ['message', 'Message'],
        ],
    },
    experience: {
        title: 'Experience',
        description: 'Work history',
        columns: [picture, name, address, ['profile.position_groups', 'Experience', 'array']],
    },
    education: {
        title: 'Education',
        description: 'Schools, skills, languages, certificates and test scores',
        columns: [
            picture,
            name,
            address,
            ['profile.educations', 'Education', 'array'],
            ['profile.skills', 'Skills', 'array'],
            ['profile.languages', 'Languages', 'array'],
            ['profile.certifications', 'Certifications', 'array'],
            ['profile.test_scores', 'Test scores', 'array'],
        ],
    },
    companies: {
        title: 'Companies',
        description: 'The current companies; with includeCompanyDetails',
        columns: [
            ['line', 'Line'],
            name,
            ['profile.title', 'Title'],
            ['company_details.logo_url', 'Logo', 'image'],
            ['company_details.name', 'Company'],
            ['company_details.website', 'Website', 'link'],
            ['company_details.domain', 'Domain'],
            ['company_details.industry', 'Industry'],
            ['company_details.employees_on_linkedin', 'Employees'],
            ['company_details.headquarters.default', 'Headquarters'],
            ['company_details.founded_year', 'Founded'],
            ['meta.company_status', 'Why missing'],
        ],
    },
    problems: {
        title: 'Problems',
        description: 'Lines without a profile, with the reason',
        columns: [
            ['line', 'Line'],
            ['url', 'URL as given'],
            ['status', 'Status'],
            ['code', 'Code'],
            ['message', 'What to do'],
            ['meta.attempts', 'Attempts'],
            ['meta.request_id', 'Request id'],
        ],
    },
    changes: {
        title: 'Changes',
        description: 'What changed since the last run of the same watch',
        columns: [
            picture,
            name,
            ['change', 'Change'],
            ['changes', 'Changes', 'array'],
            ['profile.company.name', 'Company'],
            ['profile.title', 'Title'],
            ['profile.location.default', 'Location'],
            ['profile.headline', 'Headline'],
            address,
        ],
    },
};

/** The views of the dataset schema. Console opens the first one. */
export const datasetViews: Record<string, unknown> = Object.fromEntries(
    Object.entries(views).map(([viewName, view]) => [viewName, buildView(view)]),
);

function buildView({
    title,
    description,
    columns,
}: {
    title: string;
    description: string;
    columns: readonly Column[];
}) {
    const fields = columns.map(([field]) => field);
    // A nested field can be a column only if its parent is flattened.
    const holders = fields.flatMap((field) =>
        field.split('.').flatMap((_, place, parts) => (place === 0 ? [] : [parts.slice(0, place).join('.')])),
    );
    const properties = columns.map(([field, label, format]) => [field, { label, ...(format ? { format } : {}) }]);
    return {
        title,
        description,
        transformation: { fields, ...(holders.length === 0 ? {} : { flatten: [...new Set(holders)] }) },
        display: { component: 'table', properties: Object.fromEntries(properties) as unknown },
    };
}
