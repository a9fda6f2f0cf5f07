const giveProfile = 'Give the URL of a profile (linkedin.com/in/…).';
const givePublicProfile = 'Give the public profile URL (linkedin.com/in/…).';
const copyComplete = 'Open the profile and copy the complete URL.';

/** Why a line is not a profile URL, for users: what the line is, and what to do about it. */
const rejections = {
    empty: ['The line is empty.', 'Give a profile URL such as https://www.linkedin.com/in/someone/.'],
    notAUrl: ['This is not a LinkedIn profile URL.', 'Give one such as https://www.linkedin.com/in/someone/.'],
    tooLong: ['This line is too long for a profile URL.', 'Give one such as https://www.linkedin.com/in/someone/.'],
    bareWord: [
        'This is a word and not a profile URL.',
        'Give a URL such as https://www.linkedin.com/in/someone/, or list handles in the field `usernames` or in a column named `username`.',
    ],
    notAHandle: [
        'This word alone names no profile.',
        'Give a profile URL such as https://www.linkedin.com/in/someone/.',
    ],
    several: ['This line names several profiles.', 'Give each of them a line of its own.'],
    shiftedRow: [
        'This row has a different number of cells than the table, so its profile URL is ambiguous.',
        'Put quotes around cells that hold the delimiter.',
    ],
    otherHost: [
        'This address is not on linkedin.com.',
        'Give a LinkedIn profile URL such as https://www.linkedin.com/in/someone/.',
    ],
    shortLink: [
        'This is a short link, which does not show where it leads.',
        'Open it and copy the URL of the profile (linkedin.com/in/…).',
    ],
    credentials: ['The URL holds a user name, a password or a port.', 'Give the plain profile URL.'],
    company: ['This is a company page, not a person.', giveProfile],
    school: ['This is a school page, not a person.', giveProfile],
    job: ['This is a job, not a person.', giveProfile],
    post: ['This is a post or an article, not a person.', 'Give the URL of its author’s profile (linkedin.com/in/…).'],
    sales: ['This is a Sales Navigator link, which only opens after signing in.', givePublicProfile],
    recruiter: ['This is a Recruiter link, which only opens after signing in.', givePublicProfile],
    directory: ['This is a list of people, not one profile.', giveProfile],
    signIn: [
        'This is a link to LinkedIn’s sign-in page.',
        'Give the URL of the profile behind it (linkedin.com/in/…).',
    ],
    oldPath: [
        'This old /pub/ address is incomplete: three groups of digits and letters follow the name, or none.',
        'Open the profile and copy its URL (linkedin.com/in/name).',
    ],
    memberId: [
        'This URL contains a member id, which has no public page.',
        'Open the profile and copy its vanity URL (linkedin.com/in/name).',
    ],
    ownProfile: [
        'This link leads to the profile of the signed-in user.',
        'Open it and copy the URL with the name (linkedin.com/in/name).',
    ],
    placeholder: [
        'The URL contains a placeholder instead of the name of a profile.',
        'Look the person up and give the complete profile URL.',
    ],
    cutOff: ['The URL is cut off: dots replace the rest of the name.', copyComplete],
    cutByBlank: ['A space splits the URL, so the name of the profile is unclear.', copyComplete],
    unclearEnd: [
        'Other text follows the URL without a space, so the end of the name is unclear.',
        'Put the URL alone in its line or cell.',
    ],
    tooShort: ['The name after /in/ is shorter than three characters.', 'Give the complete profile URL.'],
    noHandle: ['The URL names no profile: nothing follows /in/.', 'Give the complete profile URL.'],
    badHandle: ['The name after /in/ is not a valid profile name.', 'Copy the URL again from the profile page.'],
    notAProfile: ['This LinkedIn page is not a profile.', giveProfile],
    strict: ['The URL must be https://www.linkedin.com/in/<name>,', 'with nothing after the name.'],
} as const;

export type RejectionKind = keyof typeof rejections;

/** What a rejected line is, in one sentence for users. */
export function describeRejection(kind: RejectionKind): string {
    return rejections[kind][0];
}

/** What to do about a rejected line, in one sentence for users. */
export function adviseOnRejection(kind: RejectionKind): string {
    return rejections[kind][1];
}

/** First path segments of pages that are not profiles. */
export const otherPages: Record<string, RejectionKind> = {
    company: 'company',
    companies: 'company',
    showcase: 'company',
    organization: 'company',
    school: 'school',
    edu: 'school',
    jobs: 'job',
    job: 'job',
    posts: 'post',
    pulse: 'post',
    feed: 'post',
    article: 'post',
    sales: 'sales',
    talent: 'recruiter',
    recruiter: 'recruiter',
    search: 'directory',
    people: 'directory',
    login: 'signIn',
    uas: 'signIn',
    authwall: 'signIn',
    signup: 'signIn',
    checkpoint: 'signIn',
};
