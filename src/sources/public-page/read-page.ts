import { settleLocation, type Gazetteer } from '../../enrichment/settle-location.ts';
import { parseProfileUrl } from '../../enrichment/profile-url.ts';
import type { Profile, ProfileSection } from '../../enrichment/profile.ts';
import { buildPageTree } from './build-page-tree.ts';
import { buildProfile } from './build-profile.ts';
import type { PageHeadFacts } from './page-tree.ts';

/** What a page that came with status 200 turned out to be. */
export type PageReading =
    | { kind: 'profile'; profile: Profile; handle: string; unreadSections: ProfileSection[] }
    | { kind: 'not_found' }
    | { kind: 'wall'; detail: string }
    | { kind: 'other_page'; detail: string }
    | { kind: 'incomplete'; detail: string };

/** The gazetteer is not even imported before a place needs it. */
const openGazetteer = async (): Promise<Gazetteer> => (await import('./gazetteer.ts')).openGazetteer();

/** The name LinkedIn gives to people who do not show theirs. */
const hiddenName = 'LinkedIn Member';

/** Reads one logged-out page, to the end of its main part. Never throws: a page that makes no sense is a reading too. */
export async function readPage(bytes: Buffer, handle: string): Promise<PageReading> {
    const answer = readBytes(bytes, handle);
    if (answer.kind !== 'profile') return answer;
    const { language, ...reading } = answer;
    const location = await settleLocation(reading.profile.location, { language, openGazetteer });
    return { ...reading, profile: { ...reading.profile, location } };
}

type ProfileAnswer = Extract<PageReading, { kind: 'profile' }> & { language: string };

/** All that is done with the page itself, in one go: the tree of a page is not to outlive it. */
function readBytes(bytes: Buffer, handle: string): Exclude<PageReading, { kind: 'profile' }> | ProfileAnswer {
    const { head, main } = buildPageTree(bytes);
    const obstacle = findObstacle(head);
    if (obstacle) return obstacle;
    if (!main) return { kind: 'incomplete', detail: 'the page broke off' };
    const built = buildProfile(readCanonicalHandle(head) ?? handle, head, main);
    if (!built) return { kind: 'incomplete', detail: 'the page names nobody' };
    const { language, unreadSections } = built;
    const profile = copyOut(built.profile);
    const isHidden = profile.full_name === hiddenName && profile.headline === null && profile.summary === null;
    if (isHidden) return { kind: 'not_found' };
    return { kind: 'profile', profile, handle: profile.identifier, language, unreadSections };
}

/**
 * A copy with strings of its own. V8 makes a piece of a string a view of it: one word of a page would keep all of it in
 * memory.
 */
function copyOut(profile: Profile): Profile {
    return JSON.parse(JSON.stringify(profile)) as Profile;
}

/** What the head of a page says when it is not a profile's; null when it is. */
function findObstacle({ metas, title }: PageHeadFacts): Exclude<PageReading, { kind: 'profile' }> | null {
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
