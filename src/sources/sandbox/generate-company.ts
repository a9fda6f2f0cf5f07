import { createRandom } from './generate-person.ts';

/** The facts of a synthetic company page. */
export type Company = {
    /** `company/<slug>` or `school/<slug>`. */
    path: string;
    id: number;
    name: string;
    tagline: string;
    description: string[];
    website: string;
    industry: string;
    type: string;
    size: string;
    employees: number;
    followers: number;
    founded: number | null;
    city: string;
    region: string;
    /** The headquarters first; each as lines, the last ending with the country code. */
    offices: string[][];
    specialties: string[];
    funding: { rounds: number; type: string; date: string; shownDate: string; amount: string } | null;
};

const industries = ['Software Development', 'Food Production', 'Freight and Package Transportation', 'Design Services'];
const types = ['Privately Held', 'Public Company', 'Nonprofit', 'Partnership'];
const sizes: ReadonlyArray<[text: string, employees: number]> = [
    ['2-10 employees', 7],
    ['51-200 employees', 120],
    ['501-1,000 employees', 730],
    ['10,001+ employees', 23_400],
];
const cities: ReadonlyArray<[city: string, region: string, country: string]> = [
    ['Seattle', 'Washington', 'US'],
    ['Munich', 'Bavaria', 'DE'],
    ['Lyon', 'Auvergne-Rhône-Alpes', 'FR'],
    ['Toronto', 'Ontario', 'CA'],
];
const specialties = ['tide tables', 'freight planning', 'slow logistics', 'maps', 'research and development'];

/** The company or school of a path such as `company/bluefern-labs`, determined by the path alone. */
export function generateCompany(path: string): Company {
    const slug = path.split('/').at(-1) ?? '';
    const seed = Buffer.from(path).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
    const random = createRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const name = slug.replace(/(?:^|-)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();
    const [size, employees] = pick(sizes);
    const [city, region, country] = pick(cities);
    const [otherCity, otherRegion, otherCountry] = pick(cities);
    return {
        path,
        id: 10_000 + (seed % 1_000_000),
        name,
        tagline: `${name}: unhurried since the beginning`,
        description: [`${name} plans for tides & weather.`, 'We have no real customers, and none of them complain.'],
        website: `https://www.${slug}.example/about`,
        industry: pick(industries),
        type: pick(types),
        size,
        employees,
        followers: 1000 + Math.floor(random() * 2_000_000),
        founded: random() < 0.7 ? 1950 + Math.floor(random() * 70) : null,
        city,
        region,
        offices: [
            [`${1 + Math.floor(random() * 99)} Harbour Street`, `${city}, ${region} 10115, ${country}`],
            [`${otherCity}, ${otherRegion}, ${otherCountry}`],
        ],
        specialties: [...new Set([pick(specialties), pick(specialties), pick(specialties), 'patience'])],
        funding:
            random() < 0.5
                ? {
                      rounds: 1 + Math.floor(random() * 6),
                      type: 'Series B',
                      date: '2021-03-14',
                      shownDate: 'Mar 14, 2021',
                      amount: 'US$ 12.5M',
                  }
                : null,
    };
}
