/** Why a line is no profile URL: one sentence each, for the user. */
export const reasons = {
    empty: 'The line is empty. Give a profile URL such as https://www.linkedin.com/in/someone/.',
    notAUrl: 'This is not a LinkedIn profile URL. Give one such as https://www.linkedin.com/in/someone/.',
    tooLong: 'This line is too long for a profile URL. Give one such as https://www.linkedin.com/in/someone/.',
    notAHandle: 'This word alone names no profile. Give a profile URL such as https://www.linkedin.com/in/someone/.',
    otherHost:
        'This address is not on linkedin.com. Give a LinkedIn profile URL such as https://www.linkedin.com/in/someone/.',
    credentials: 'The URL holds a user name, a password or a port. Give the plain profile URL.',
    company: 'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    school: 'This is a school page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    job: 'This is a job, not a person. Give the URL of a profile (linkedin.com/in/…).',
    post: 'This is a post or an article, not a person. Give the URL of its author’s profile (linkedin.com/in/…).',
    sales: 'This is a Sales Navigator link, which only opens after signing in. Give the public profile URL (linkedin.com/in/…).',
    recruiter:
        'This is a Recruiter link, which only opens after signing in. Give the public profile URL (linkedin.com/in/…).',
    directory: 'This is a list of people, not one profile. Give the URL of a profile (linkedin.com/in/…).',
    oldPath:
        'This old /pub/ address is not whole: three groups of digits and letters follow the name, or none. Open the profile and copy its URL (linkedin.com/in/name).',
    memberId:
        'This URL holds a member id, which the public page does not know. Open the profile and copy its vanity URL (linkedin.com/in/name).',
    noHandle: 'The URL names no profile: nothing follows /in/. Give the whole profile URL.',
    badHandle: 'The name after /in/ cannot be that of a profile. Copy the URL again from the profile page.',
    notAProfile: 'This LinkedIn page is not a profile. Give the URL of a profile (linkedin.com/in/…).',
    strict: 'The URL must be https://www.linkedin.com/in/<name>, with nothing after the name.',
} as const;

/** First path segments of pages that are not profiles, and what to say of them. */
export const otherPages: Record<string, keyof typeof reasons> = {
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
};
