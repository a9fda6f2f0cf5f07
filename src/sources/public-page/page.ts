import { settleLocation, type Gazetteer } from './text/settle-place.ts';
import { parseProfileUrl } from '../../enrichment/profile-url.ts';
import type { Profile, ProfileSection } from '../../enrichment/profile.ts';
import { buildPageTree } from './parse-page.ts';
import { buildProfile } from './profile.ts';
import type { PageHeadFacts, PageTree } from './page-tree.ts';

/** What a page that came with status 200 turned out to be. */
export type PageReading =
    | { kind: 'profile'; profile: Profile; handle: string; unreadSections: ProfileSection[] }
    | { kind: 'not_found' }
    | { kind: 'wall'; detail: string }
    | { kind: 'other_page'; detail: string }
    | { kind: 'incomplete'; detail: string };

/** The gazetteer is not even imported before a place needs it. */
const openGazetteer = async (): Promise<Gazetteer> => (await import('./text/gazetteer.ts')).openGazetteer();

/** The name LinkedIn gives to people who do not show theirs. */
const hiddenName = 'LinkedIn Member';

/**
 * Reads one logged-out page, to the end of its main part. A page that makes no sense is a reading too. All that needs
 * the page is done before this returns; the promise waits for the gazetteer at most, and does not hold the page.
 */
export function readPage(bytes: Buffer, handle: string): Promise<PageReading> {
    return settlePlace(copyOut(readTree(buildPageTree(bytes), handle)));
}

type Obstacle = Exclude<PageReading, { kind: 'profile' }>;
type ProfileReading = Extract<PageReading, { kind: 'profile' }>;

function readTree({ head, main }: PageTree, handle: string): Obstacle | (ProfileReading & { language: string }) {
    const obstacle = findObstacle(head);
    if (obstacle) return obstacle;
    if (!main) return { kind: 'incomplete', detail: 'the page broke off' };
    const answeredHandle = readCanonicalHandle(head) ?? handle;
    const built = buildProfile(answeredHandle, head, main);
    if (!built) return { kind: 'incomplete', detail: 'the page names nobody' };
    const { full_name: name, headline, summary } = built.profile;
    if (name === hiddenName && headline === null && summary === null) return { kind: 'not_found' };
    return { kind: 'profile', handle: answeredHandle, ...built };
}

/**
 * A copy with strings of its own. V8 makes a piece of a string a view of it: one word of a page would keep all that was
 * read of it in memory.
 */
function copyOut<T>(reading: T): T {
    return JSON.parse(JSON.stringify(reading)) as T;
}

async function settlePlace(reading: ReturnType<typeof readTree>): Promise<PageReading> {
    if (reading.kind !== 'profile') return reading;
    const { language, ...found } = reading;
    const location = await settleLocation(found.profile.location, { language, openGazetteer });
    return { ...found, profile: { ...found.profile, location } };
}

/** What the head of a page says when it is not a profile's; null when it is. */
function findObstacle({ metas, title }: PageHeadFacts): Obstacle | null {
    const pageKey = metas.get('pageKey') ?? '';
    const plainTitle = title.trim();
    if (/^profile not found/i.test(plainTitle)) return { kind: 'not_found' };
    if (pageKey.startsWith('auth_wall') || /^sign up\b/i.test(plainTitle))
        return { kind: 'wall', detail: 'a sign-in wall' };
    if (pageKey.startsWith('public_profile_v3_')) return null;
    if (pageKey === '') return { kind: 'incomplete', detail: 'a page without a page key' };
    return { kind: 'other_page', detail: `another page in place of the profile (${pageKey.slice(0, 40)})` };
}

function readCanonicalHandle({ canonicalHref }: PageHeadFacts): string | null {
    const parsing = canonicalHref === null ? null : parseProfileUrl(canonicalHref);
    return parsing?.ok ? parsing.profileUrl.handle : null;
}
