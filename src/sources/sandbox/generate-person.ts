import type { SandboxHandle } from './sandbox-handle.ts';

/** The facts of a synthetic profile page. */
export type Person = ReturnType<typeof generatePerson>;

export type Achievements = ReturnType<typeof generateAchievements>;

/** One or more positions at one company; `end: null` means current. Dates are as shown on the page ("Mar 2019"). */
export type Job = {
    company: string;
    slug: string;
    place: string | null;
    positions: Array<{ title: string; start: string; end: string | null; description: string | null }>;
};

const firstNames = 'Alma Bruno Carla Dario Elena Femi Greta Hugo Ines Jonas Keiko Liam Mira Nils Odile Pavel'.split(
    ' ',
);
const lastNames = (
    'Abelwood Brightmoor Castelmar Dunfield Esterling Farnholt Greywick Hollander Ivorsen Jarrowby Kestrelton ' +
    'Lindqvale'
).split(' ');
const titles = (
    'Software Engineer, Product Manager, Data Analyst, Head of Marketing, Operations Lead, ' +
    'Research Scientist, Account Executive, UX Designer'
).split(', ');
const companies = (
    'Northwind Orchards, Bluefern Labs, Quarry & Finch, Halcyon Freight, Tessera Health, Oakline Studio, ' +
    'Sundial Energy, Marrow Foods'
).split(', ');
const places = [
    'Redmond, Washington, United States',
    'Munich, Bavaria, Germany',
    'Lyon, Auvergne-Rhône-Alpes, France',
    'Toronto, Ontario, Canada',
    'Austin, Texas, United States',
    'Kraków, Małopolskie, Poland',
];
const schools = 'Harrow Vale University, Institute of Applied Tides, Saint Brennan College, Nordmark Polytechnic'.split(
    ', ',
);
const degrees = ['Bachelor of Science', 'Master of Arts', 'Master of Science', 'Doctor of Philosophy'];
const fields = ['Computer Science', 'Economics', 'Graphic Design', 'Statistics'];
const skills =
    'Planning, TypeScript, Negotiation, Statistics, Typography, Logistics, Public Speaking, Forecasting'.split(', ');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const unicodeNames = ['山田 花子', 'Zoë Ångström-Łuka', 'Şule Çağlayan', 'ليلى العبدالله', 'Дарья Ковалёва', '김하늘'];
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

/** Draws from a seeded random number generator (mulberry32). */
export function createDraw(seed: number) {
    let state = seed >>> 0;
    /** A number in [0, 1). */
    function random(): number {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }
    /** A whole number from 0 to below `limit`. */
    const below = (limit: number): number => Math.floor(random() * limit);
    return { random, below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}

type Draw = ReturnType<typeof createDraw>;

/**
 * The person of a sandbox handle, determined by the handle alone, except that `changed` ones got a new position at
 * `startedAt`, in milliseconds since the epoch.
 */
export function generatePerson(handle: string, { kind, number }: SandboxHandle, startedAt = 0) {
    const draw = createDraw(number * 2654435761 + 17);
    const { below, pick } = draw;
    const name =
        kind === 'unicode'
            ? (unicodeNames[number % unicodeNames.length] as string)
            : `${pick(firstNames)} ${pick(lastNames)}`;
    const drawn = generateJobs(draw).map((job, place) =>
        place === 0 && kind.startsWith('at-') ? { ...job, ...workplaceOf(kind, number) } : job,
    );
    const jobs = kind === 'changed' ? promote(drawn, startedAt) : drawn;
    const current = jobs[0];
    const person = {
        handle,
        fullName: name,
        headline: `${current?.positions[0]?.title ?? pick(titles)} at ${current?.company ?? pick(companies)}${kind === 'unicode' ? ' 🚀 & “friends”' : ''}`,
        location: pick(places),
        about: [
            `I have worked in ${pick(fields).toLowerCase()} for years.`,
            `Ask me about ${pick(skills).toLowerCase()} & ${pick(skills).toLowerCase()}.`,
        ],
        followers: 100 + below(900),
        jobs,
        schools: [
            {
                name: pick(schools),
                degree: pick(degrees),
                field: pick(fields),
                start: 2001 + below(8),
                end: 2010,
            },
        ],
        skills: [...new Set([pick(skills), pick(skills), pick(skills)])],
        languages: [{ name: 'English', level: 'Native or bilingual proficiency' }],
        certificates: [
            { name: `${pick(fields)} Practitioner`, authority: pick(schools), date: `${pick(months)} 2018` },
        ],
        projects: [
            { name: `Project ${pick(lastNames)}`, description: `A small tool for ${pick(skills).toLowerCase()}.` },
        ],
        similar: [1, 2, 3].map((step) => ({
            handle: `example-${number + step}`,
            name: `${pick(firstNames)} ${pick(lastNames)}`,
        })),
        achievements: generateAchievements(draw, number),
        isMasked: kind === 'masked' || kind === 'unknown',
    };
    if (kind !== 'bare') return person;
    return {
        ...person,
        about: [],
        jobs: [],
        schools: [],
        skills: [],
        languages: [],
        certificates: [],
        projects: [],
        similar: [],
        achievements: null,
    };
}

/**
 * Adds a new position at the current company, with its start in the title: to the millisecond, since two runs can start
 * within a second.
 */
function promote([job, ...others]: Job[], startedAt: number): Job[] {
    const [position, ...former] = job?.positions ?? [];
    if (!job || !position) return others;
    const [date = '', time = ''] = new Date(startedAt).toISOString().split(/[TZ]/);
    const start = `${months[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;
    const promoted = { ...position, title: `${position.title} since ${date} ${time}`, start };
    return [{ ...job, positions: [promoted, { ...position, end: start }, ...former] }, ...others];
}

/** `at-wall-3` works at the company `wall-3`. */
function workplaceOf(kind: SandboxHandle['kind'], number: number): Pick<Job, 'company' | 'slug'> {
    const word = kind.slice('at-'.length);
    return { company: `${word[0]?.toUpperCase()}${word.slice(1)} Works`, slug: `${word}-${number}` };
}

function generateJobs({ random, below, pick }: Draw): Job[] {
    const jobs: Job[] = [];
    let year = 2023;
    let end: string | null = null;
    const amount = 2 + below(3);
    for (let n = 0; n < amount; n += 1) {
        const company = companies[(below(companies.length) + n) % companies.length] as string;
        const positions: Job['positions'] = [];
        const steps = random() < 0.4 ? 2 : 1;
        for (let step = 0; step < steps; step += 1) {
            year -= 1 + below(3);
            const start = `${pick(months)} ${year}`;
            positions.push({
                title: pick(titles),
                start,
                end,
                description:
                    random() < 0.5 ? `Led ${pick(skills).toLowerCase()} for a team of ${3 + below(20)}.` : null,
            });
            end = start;
        }
        const slug = company.toLowerCase().replace(/[^a-z]+/g, '-');
        jobs.push({ company, slug, place: random() < 0.6 ? pick(places) : null, positions });
    }
    return jobs;
}

/**
 * The sections other than work, school and skills. Drawn after all other facts of a person, so that adding a section
 * does not change those.
 */
function generateAchievements({ below, pick }: Draw, number: number) {
    const year = (): number => 2012 + below(8);
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
        courses: [{ name: pick(courses), number: `C-${100 + below(900)}` }],
        awards: [{ title: pick(prizes), issuer: pick(guilds), date: `Dec ${year()}` }],
        recommendations: [
            { author: pick(authors), handle: `example-${number + 7}`, text: `Knows all there is to know of ${topic}.` },
        ],
        websites: [{ label: 'Portfolio', url: `https://person-${number}.example/` }],
        patents: [
            {
                title: `A way to read ${topic}`,
                number: `US ${1_000_000 + below(9_000_000)}`,
                date: `Oct ${year()}`,
                url: `https://patents.example/${number}`,
            },
        ],
        memberships: [{ organization: pick(guilds), role: 'Member', start: `Jan ${year()}` }],
        testScores: [{ name: pick(exams), score: String(60 + below(40)), date: `May ${year()}` }],
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
