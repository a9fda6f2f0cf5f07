/** An untyped dataset item. */
// oxlint-disable-next-line typescript/no-explicit-any -- such programs are not typed either
export type Item = Record<string, any>;

const text = (value: unknown): string => {
    if (value !== null && typeof value !== 'string') throw new TypeError(`not a text: ${JSON.stringify(value)}`);
    return value ?? '';
};
const httpText = (value: unknown): string => {
    if (value !== null && !text(value).startsWith('http')) throw new TypeError('not an address');
    return text(value);
};
const numberOf = (value: unknown): number | null => {
    if (value !== null && typeof value !== 'number') throw new TypeError('not a number');
    return value;
};

/** The result of a reader: a profile, not found, or a failure with its reason. */
export type Reading = { person: Record<string, unknown> } | 'not_found' | { failure: string; kind: string };

/** A reader that uses the first item; an empty dataset is a failure. */
export function readFirstByStatus(items: Item[]): Reading {
    const [item] = items;
    if (!item) return { failure: 'no item', kind: 'empty_result' };
    if (item['status'] === 'not_found') return 'not_found';
    if (item['status'] === 'error' || !item['profile']) {
        return { failure: text(item['reason'] ?? ''), kind: text(item['error_kind'] ?? 'actor_error') };
    }
    const { profile } = item;
    const jobs = profile.position_groups.flatMap((group: Item) =>
        group['profile_positions'].map((one: Item) =>
            [text(one['title']), text(one['company'])].filter(Boolean).join(' at '),
        ),
    );
    return {
        person: {
            name: text(profile.full_name),
            headline: text(profile.headline),
            summary: text(profile.summary),
            jobs,
            skills: profile.skills.map(text),
        },
    };
}

/** A flat card: the first three employers, thirty skills, a picture, one count. */
export function readCard(items: Item[]): Reading {
    const item = items.find(({ status }) => status === 'success');
    if (!item) return 'not_found';
    const { profile } = item;
    const place = profile.location;
    return {
        person: {
            name: text(profile.full_name),
            title: text(profile.title),
            location: typeof place === 'string' ? place : text(place?.default ?? null),
            industry: text(profile.industry),
            skills: profile.skills.slice(0, 30).join(', '),
            employers: profile.position_groups
                .slice(0, 3)
                .map((group: Item) => [
                    text(group['company'].name),
                    text(group['profile_positions'][0]?.title ?? null),
                ]),
            picture: httpText(profile.picture_url),
            background: httpText(profile.background_url),
            network: numberOf(profile.connections_count) ?? numberOf(profile.followers_count),
        },
    };
}

/** Any successful row with a profile; else the first text with a reason. */
export function readWithDiagnostics(items: Item[]): Reading {
    const item = items.find(({ status, profile }) => status === 'success' && profile);
    if (!item) {
        const [first] = items;
        const reasons = ['reason', 'error', 'message', 'details', 'error_kind'].map((key) => first?.[key]);
        return { failure: reasons.find((one) => typeof one === 'string') ?? 'unknown', kind: text(first?.['status']) };
    }
    const { profile } = item;
    const { location } = profile;
    return {
        person: {
            name: text(profile.full_name),
            line: text(profile.headline) || text(profile.title),
            place: ['default', 'short', 'city', 'country'].map((key) => text(location[key])).find(Boolean) ?? '',
            jobs: profile.position_groups.map(({ company, date }: Item) => [
                text(company.name),
                text(date.start),
                text(date.end),
            ]),
            schools: profile.educations.map((one: Item) => text(one['school'].name)),
            certificates: profile.certifications.map((one: Item | string) =>
                typeof one === 'string' ? one : text(one['name']),
            ),
            languages: profile.languages.map((one: Item) => text(one['name'])),
        },
    };
}

/** A reader that validates the row first. */
export function readValidated(items: Item[]): Reading {
    const [item] = items;
    if (!item || typeof item !== 'object') throw new TypeError('no row');
    if (!['success', 'not_found', 'error'].includes(item['status'])) throw new TypeError('a status of its own');
    text(item['url']);
    if (typeof item['_metadata'] !== 'object' || item['_metadata'] === null) throw new TypeError('no _metadata');
    if (Number.isNaN(Date.parse(item['_metadata'].extracted_at))) throw new TypeError('extracted_at is no instant');
    if (item['status'] === 'not_found') return 'not_found';
    if (item['status'] === 'error') return { failure: text(item['reason']), kind: text(item['error_kind']) };
    const { profile } = item;
    return {
        person: {
            id: text(profile.identifier),
            name: text(profile.full_name),
            first: text(profile.first_name),
            title: text(profile.title),
            place: text(profile.location.default),
            company: text(profile.company.name),
            companyUrl: text(profile.company.linkedin_url),
        },
    };
}

/** A reader that searches for its handle; an object as `profile` on a miss would count as an empty success. */
export function readByHandle(items: Item[], handle: string): Reading {
    const isHis = ({ profile }: Item) =>
        profile?.identifier === handle || String(profile?.links?.linkedin ?? '').includes(`/in/${handle}`);
    const item = items.find(isHis) ?? items[0];
    if (!item?.['profile']) return { failure: text(item?.['reason'] ?? ''), kind: text(item?.['status'] ?? 'none') };
    const { profile } = item;
    const badges = Object.entries(profile.badges ?? {}).flatMap(([name, isWorn]) => (isWorn === true ? [name] : []));
    return {
        person: {
            name: text(profile.full_name),
            badges,
            seniority: text(profile.department?.seniority ?? null),
            updated: text(profile.last_updated),
        },
    };
}
