import { parseProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import type { UnreadPart } from '../../enrichment/source.ts';
import { parsePage, type Page } from './markup/parse-page.ts';
import { buildProfile } from './profile.ts';
import type { Gazetteer } from './text/gazetteer.ts';
import { refineLocation } from './text/refine-location.ts';
import type { PageHead } from './markup/tree-builder.ts';

/** What a page with status 200 is. */
export type PageReading =
    | { kind: 'profile'; profile: Profile; handle: string; unreadSections: UnreadPart[] }
    | { kind: 'not_found' }
    | { kind: 'wall'; detail: string }
    | { kind: 'other_page'; detail: string }
    | { kind: 'incomplete'; detail: string };

type Obstacle = Exclude<PageReading, { kind: 'profile' }>;
type ProfileReading = Extract<PageReading, { kind: 'profile' }>;

/** Imported only when a location needs it. */
const openGazetteer = async (): Promise<Gazetteer> => (await import('./text/gazetteer.ts')).openGazetteer();

/** The name shown for people who hide theirs, in any language: "LinkedIn Member", "领英会员". */
const hiddenName = /(?<![a-z])linkedin(?![a-z])|领英|領英/i;

/** The page versions that this reader supports. */
const knownPageKey = /^public_profile_v3_/;

/**
 * Reads one logged-out page; an unreadable page is a result too. The page is parsed synchronously, before this returns;
 * the promise waits only for the gazetteer and keeps no reference to the page.
 */
export function readPage(bytes: Buffer, handle: string): Promise<PageReading> {
    return refineReading(copyOut(readProfile(parsePage(bytes), handle)));
}

function readProfile(
    { head, root, isComplete }: Page,
    handle: string,
): Obstacle | (ProfileReading & { language: string }) {
    const pageKey = head.metas.get('pageKey') ?? '';
    const obstacle = findObstacle(head, pageKey);
    if (obstacle) return obstacle;
    if (!isComplete) return { kind: 'incomplete', detail: 'the page broke off' };
    const canonicalHandle = readCanonicalHandle(head) ?? handle;
    const built = buildProfile(canonicalHandle, head, root);
    if (!built) return { kind: 'incomplete', detail: 'the page names nobody' };
    const { profile, language, unreadSections, unknownMarks } = built;
    if (hiddenName.test(profile.full_name)) return { kind: 'not_found' };
    const unread: UnreadPart[] = [
        ...unreadSections,
        ...unknownMarks.map((mark) => `data-section ${mark}` as const),
        ...(knownPageKey.test(pageKey) ? [] : [`page key ${namePageKey(pageKey)}` as const]),
    ];
    return { kind: 'profile', handle: canonicalHandle, profile, language, unreadSections: unread };
}

/**
 * A deep copy with independent strings. In V8 a substring is a view of its parent: one word would keep the whole text
 * of the page in memory.
 */
function copyOut<T>(reading: T): T {
    return JSON.parse(JSON.stringify(reading)) as T;
}

async function refineReading(reading: ReturnType<typeof readProfile>): Promise<PageReading> {
    if (reading.kind !== 'profile') return reading;
    const { language, ...found } = reading;
    const location = await refineLocation(found.profile.location, { language, openGazetteer });
    return { ...found, profile: { ...found.profile, location } };
}

/** What the page is, by its head, if it is not a profile; null when it may be one. */
function findObstacle({ title }: PageHead, pageKey: string): Obstacle | null {
    const plainTitle = title.trim();
    if (/^profile not found/i.test(plainTitle)) return { kind: 'not_found' };
    if (pageKey.startsWith('auth_wall') || /^sign up\b/i.test(plainTitle))
        return { kind: 'wall', detail: 'a sign-in wall' };
    // An unknown version may still be readable.
    if (/^public_profile_v\d/.test(pageKey)) return null;
    if (pageKey === '') return { kind: 'incomplete', detail: 'a page without a page key' };
    return { kind: 'other_page', detail: `another page instead of the profile (${namePageKey(pageKey)})` };
}

/** A page key for messages. LinkedIn's are identifiers; any other text is not quoted. */
function namePageKey(pageKey: string): string {
    return /^[\w.-]{1,40}$/.test(pageKey) ? pageKey : 'unreadable';
}

function readCanonicalHandle({ canonicalHref }: PageHead): string | null {
    const parsing = canonicalHref === null ? null : parseProfileUrl(canonicalHref);
    return parsing?.ok ? parsing.profileUrl.handle : null;
}
