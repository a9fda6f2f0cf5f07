import { generateAchievements, noAchievements, type Achievements } from './generate-achievements.ts';
import type { SandboxHandle } from './sandbox-handle.ts';

/** The facts of a synthetic profile page. */
export type Person = {
    handle: string;
    fullName: string;
    headline: string | null;
    location: string;
    about: string[];
    followers: number;
    jobs: Job[];
    schools: Array<{ name: string; degree: string; field: string; start: number; end: number }>;
    skills: string[];
    languages: Array<{ name: string; level: string }>;
    certificates: Array<{ name: string; authority: string; date: string }>;
    projects: Array<{ name: string; description: string }>;
    similar: Array<{ handle: string; name: string }>;
    achievements: Achievements;
    isMasked: boolean;
};

/** One or more positions at one company; `end: null` means current. Dates are as shown on the page ("Mar 2019"). */
export type Job = {
    company: string;
    slug: string;
    place: string | null;
    positions: Array<{ title: string; start: string; end: string | null; description: string | null }>;
};

const firstNames = [
    'Alma',
    'Bruno',
    'Carla',
    'Dario',
    'Elena',
    'Femi',
    'Greta',
    'Hugo',
    'Ines',
    'Jonas',
    'Keiko',
    'Liam',
    'Mira',
    'Nils',
    'Odile',
    'Pavel',
];
const lastNames = [
    'Abelwood',
    'Brightmoor',
    'Castelmar',
    'Dunfield',
    'Esterling',
    'Farnholt',
    'Greywick',
    'Hollander',
    'Ivorsen',
    'Jarrowby',
    'Kestrelton',
    'Lindqvale',
];
const titles = [
    'Software Engineer',
    'Product Manager',
    'Data Analyst',
    'Head of Marketing',
    'Operations Lead',
    'Research Scientist',
    'Account Executive',
    'UX Designer',
];
const companies = [
    'Northwind Orchards',
    'Bluefern Labs',
    'Quarry & Finch',
    'Halcyon Freight',
    'Tessera Health',
    'Oakline Studio',
    'Sundial Energy',
    'Marrow Foods',
];
const places = [
    'Redmond, Washington, United States',
    'Munich, Bavaria, Germany',
    'Lyon, Auvergne-Rhône-Alpes, France',
    'Toronto, Ontario, Canada',
    'Austin, Texas, United States',
    'Kraków, Małopolskie, Poland',
];
const schools = [
    'Harrow Vale University',
    'Institute of Applied Tides',
    'Saint Brennan College',
    'Nordmark Polytechnic',
];
const degrees = ['Bachelor of Science', 'Master of Arts', 'Master of Science', 'Doctor of Philosophy'];
const fields = ['Computer Science', 'Economics', 'Graphic Design', 'Statistics'];
const skills = [
    'Planning',
    'TypeScript',
    'Negotiation',
    'Statistics',
    'Typography',
    'Logistics',
    'Public Speaking',
    'Forecasting',
];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const unicodeNames = ['山田 花子', 'Zoë Ångström-Łuka', 'Şule Çağlayan', 'ليلى العبدالله', 'Дарья Ковалёва', '김하늘'];

/** A seeded random number generator in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/**
 * The person of a sandbox handle, determined by the handle alone, except that `changed` ones got a new position at
 * `startedAt`, in milliseconds since the epoch.
 */
export function generatePerson(handle: string, { kind, number }: SandboxHandle, startedAt = 0): Person {
    const random = createRandom(number * 2654435761 + 17);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const name =
        kind === 'unicode'
            ? (unicodeNames[number % unicodeNames.length] as string)
            : `${pick(firstNames)} ${pick(lastNames)}`;
    const drawn = generateJobs(random, pick).map((job, place) =>
        place === 0 && kind.startsWith('at-') ? { ...job, ...workplaceOf(kind, number) } : job,
    );
    const jobs = kind === 'changed' ? promote(drawn, startedAt) : drawn;
    const current = jobs[0];
    const person: Person = {
        handle,
        fullName: name,
        headline: `${current?.positions[0]?.title ?? pick(titles)} at ${current?.company ?? pick(companies)}${kind === 'unicode' ? ' 🚀 & “friends”' : ''}`,
        location: pick(places),
        about: [
            `I have worked in ${pick(fields).toLowerCase()} for years.`,
            `Ask me about ${pick(skills).toLowerCase()} & ${pick(skills).toLowerCase()}.`,
        ],
        followers: 100 + Math.floor(random() * 900),
        jobs,
        schools: [
            {
                name: pick(schools),
                degree: pick(degrees),
                field: pick(fields),
                start: 2001 + Math.floor(random() * 8),
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
        achievements: generateAchievements(random, number),
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
        achievements: noAchievements,
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

function generateJobs(random: () => number, pick: <T>(list: readonly T[]) => T): Job[] {
    const jobs: Job[] = [];
    let year = 2023;
    let end: string | null = null;
    const amount = 2 + Math.floor(random() * 3);
    for (let n = 0; n < amount; n += 1) {
        const company = companies[(Math.floor(random() * companies.length) + n) % companies.length] as string;
        const positions: Job['positions'] = [];
        const steps = random() < 0.4 ? 2 : 1;
        for (let step = 0; step < steps; step += 1) {
            year -= 1 + Math.floor(random() * 3);
            const start = `${pick(months)} ${year}`;
            positions.push({
                title: pick(titles),
                start,
                end,
                description:
                    random() < 0.5
                        ? `Led ${pick(skills).toLowerCase()} for a team of ${3 + Math.floor(random() * 20)}.`
                        : null,
            });
            end = start;
        }
        const slug = company.toLowerCase().replace(/[^a-z]+/g, '-');
        jobs.push({ company, slug, place: random() < 0.6 ? pick(places) : null, positions });
    }
    return jobs;
}
