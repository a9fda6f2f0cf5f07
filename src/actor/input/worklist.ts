import { parseProfileUrl, type ProfileUrl } from '../../enrichment/profile-url.ts';

/** A line of the input: its text as given and its place, from 0. */
export type InputLine = { inputIndex: number; url: string };

/** One profile to fetch, and every line that asks for it. */
export type WorkItem = InputLine & {
    profileUrl: ProfileUrl;
    /** The later lines that ask for the same profile. */
    repeats: InputLine[];
};

export type InvalidLine = InputLine & {
    /** Whether the line is no profile URL at all, or one that this run may not fetch. */
    kind: 'no_profile_url' | 'obstacle';
    /** One sentence for the user. */
    reason: string;
};

export type Worklist = {
    lineCount: number;
    items: WorkItem[];
    /** Lines that cannot be fetched, each with the reason. */
    invalid: InvalidLine[];
    duplicateCount: number;
};

/**
 * Sorts the lines into profiles to fetch, repetitions of them, and lines that are no profile URL. Every line is in
 * exactly one place: `lineCount = items + invalid + duplicateCount`.
 */
export function buildWorklist(
    lines: readonly string[],
    /** A reason why this profile cannot be fetched in this run, or null. */
    findObstacle: (profileUrl: ProfileUrl, line: string) => string | null = () => null,
): Worklist {
    const byCanonicalUrl = new Map<string, WorkItem>();
    const invalid: InvalidLine[] = [];
    let duplicateCount = 0;
    for (const [inputIndex, url] of lines.entries()) {
        const parsing = parseProfileUrl(url);
        if (!parsing.ok) {
            invalid.push({ inputIndex, url, kind: 'no_profile_url', reason: parsing.reason });
            continue;
        }
        const { profileUrl } = parsing;
        const first = byCanonicalUrl.get(profileUrl.canonicalUrl);
        const obstacle = findObstacle(profileUrl, url);
        if (obstacle !== null) {
            invalid.push({ inputIndex, url, kind: 'obstacle', reason: obstacle });
        } else if (first) {
            first.repeats.push({ inputIndex, url });
            duplicateCount += 1;
        } else {
            byCanonicalUrl.set(profileUrl.canonicalUrl, { inputIndex, url, profileUrl, repeats: [] });
        }
    }
    return { lineCount: lines.length, items: [...byCanonicalUrl.values()], invalid, duplicateCount };
}
