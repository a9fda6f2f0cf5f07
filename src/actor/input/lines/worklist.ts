import { buildCanonicalUrl, reject, type ProfileUrl } from '../../../enrichment/profile-url/profile-url.ts';
import { adviseOnRejection, type RejectionKind } from '../../../enrichment/profile-url/profile-url-reasons.ts';
import type { InputLine } from './run-lines.ts';

/**
 * A line: its position among all lines (from 0) and in its own list (from 1), its text as given, and its other columns.
 */
export type WorkLine = Pick<InputLine, 'inputIndex' | 'line' | 'url' | 'pasteUrl' | 'columns'>;

/** One profile to fetch, and every line that names it. */
export type WorkItem = WorkLine & {
    profileUrl: ProfileUrl;
    /** Later lines that name the same profile. */
    duplicates: WorkLine[];
};

export type InvalidLine = WorkLine & {
    /** The kind of rejection; `obstacle`: a profile that this run may not fetch. */
    kind: RejectionKind | 'obstacle';
    /** What is wrong and what to do about it, for the user. */
    reason: string;
    /** The end of the reason: what to do about it. */
    advice: string;
};

export type Worklist = {
    /** Includes the lines that this run does not process. */
    lineCount: number;
    items: WorkItem[];
    /** Lines that cannot be fetched. */
    invalid: InvalidLine[];
    duplicateCount: number;
};

/** Why a profile cannot be fetched and what to do about it, one sentence each. */
export type Obstacle = { problem: string; advice: string };

export type WorklistOptions = {
    /** Returns why this run may not fetch the profile, or null; `line` is the line as given. */
    findObstacle?: (profileUrl: ProfileUrl, line: string) => Obstacle | null;
    /** Number of lines that remain after those of this run. */
    restCount?: number;
};

/**
 * Sorts the lines into profiles to fetch, duplicates, and invalid lines. Every line is in exactly one group: `lineCount
 * = items + invalid + duplicateCount + restCount`.
 */
export function buildWorklist(
    lines: readonly InputLine[],
    { findObstacle = () => null, restCount = 0 }: WorklistOptions = {},
): Worklist {
    const byCanonicalUrl = new Map<string, WorkItem>();
    const invalid: InvalidLine[] = [];
    let duplicateCount = 0;
    for (const { handle, rejection, list: _, ...workLine } of lines) {
        if (handle === null) {
            const { kind, reason } = rejection ?? reject('notAUrl');
            invalid.push({ ...workLine, kind, reason, advice: adviseOnRejection(kind) });
            continue;
        }
        const profileUrl = { handle, canonicalUrl: buildCanonicalUrl(handle) };
        const first = byCanonicalUrl.get(profileUrl.canonicalUrl);
        const obstacle = findObstacle(profileUrl, workLine.url);
        if (obstacle !== null) {
            const { problem, advice } = obstacle;
            invalid.push({ ...workLine, kind: 'obstacle', reason: `${problem} ${advice}`, advice });
        } else if (first) {
            first.duplicates.push(workLine);
            duplicateCount += 1;
        } else {
            byCanonicalUrl.set(profileUrl.canonicalUrl, { ...workLine, profileUrl, duplicates: [] });
        }
    }
    return { lineCount: lines.length + restCount, items: [...byCanonicalUrl.values()], invalid, duplicateCount };
}
