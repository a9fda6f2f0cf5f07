/** The sections of a page other than work, school and skills. */
export type Achievements = {
    volunteering: Array<{ title: string; organization: string; start: string; end: string }>;
    publications: Array<{ name: string; publisher: string; date: string; url: string }>;
    courses: Array<{ name: string; number: string }>;
    awards: Array<{ title: string; issuer: string; date: string }>;
    recommendations: Array<{ author: string; handle: string; text: string }>;
    websites: Array<{ label: string; url: string }>;
    patents: Array<{ title: string; number: string; date: string; url: string }>;
    memberships: Array<{ organization: string; role: string; start: string }>;
    testScores: Array<{ name: string; score: string; date: string }>;
    services: string[];
    articles: Array<{ title: string; url: string; date: string }>;
};

export const noAchievements: Achievements = {
    volunteering: [],
    publications: [],
    courses: [],
    awards: [],
    recommendations: [],
    websites: [],
    patents: [],
    memberships: [],
    testScores: [],
    services: [],
    articles: [],
};

const roles = ['Mentor', 'Treasurer', 'Beach Cleaner', 'Coach'];
const organizations = ['Clean Shores', 'Night Library', 'Open Kitchen', 'Paper Boats'];
const topics = ['Neap Tides', 'Slow Freight', 'Quiet Offices', 'Small Maps'];
const publishers = ['Journal of Tides', 'The Freight Review', 'Margin Notes'];
const courses = ['Operations Research', 'Typography I', 'Field Statistics'];
const prizes = ['Golden Buoy', 'Silver Compass', 'Early Lantern'];
const guilds = ['Harbour Guild', 'Society of Makers'];
const exams = ['Estuary English Test', 'Reasoning Under Rain'];
const services = ['Tide Tables', 'Freight Planning', 'Editing', 'Cartography'];
const authors = ['Bo Sample', 'Cy Specimen', 'Di Placeholder'];

/** Drawn after all other facts of a person, so that adding a section does not change those. */
export function generateAchievements(random: () => number, number: number): Achievements {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const year = (): number => 2012 + Math.floor(random() * 8);
    const topic = pick(topics);
    const start = year();
    return {
        volunteering: [
            { title: pick(roles), organization: pick(organizations), start: `Mar ${start}`, end: `Nov ${start + 2}` },
        ],
        publications: [
            {
                name: `On ${topic}`,
                publisher: pick(publishers),
                date: `Jun ${year()}`,
                url: `https://papers.example/${number}`,
            },
        ],
        courses: [{ name: pick(courses), number: `C-${100 + Math.floor(random() * 900)}` }],
        awards: [{ title: pick(prizes), issuer: pick(guilds), date: `Dec ${year()}` }],
        recommendations: [
            { author: pick(authors), handle: `example-${number + 7}`, text: `Knows all there is to know of ${topic}.` },
        ],
        websites: [{ label: 'Portfolio', url: `https://person-${number}.example/` }],
        patents: [
            {
                title: `A way to read ${topic}`,
                number: `US ${1_000_000 + Math.floor(random() * 9_000_000)}`,
                date: `Oct ${year()}`,
                url: `https://patents.example/${number}`,
            },
        ],
        memberships: [{ organization: pick(guilds), role: 'Member', start: `Jan ${year()}` }],
        testScores: [{ name: pick(exams), score: String(60 + Math.floor(random() * 40)), date: `May ${year()}` }],
        services: [pick(services)],
        articles: [
            {
                title: `What ${topic} taught me`,
                url: `https://www.linkedin.com/pulse/what-i-was-taught-${number}`,
                date: `Feb ${year()}`,
            },
        ],
    };
}
