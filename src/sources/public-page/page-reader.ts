import { settleLocation, type Gazetteer } from '../../enrichment/settle-location.ts';
import { parseProfileUrl } from '../../enrichment/profile-url.ts';
import type { Profile, ProfileSection } from '../../enrichment/profile.ts';
import { buildProfile } from './build-profile.ts';
import type { PageHeadFacts } from './page-tree.ts';
import { createPageTreeBuilder } from './page-tree-builder.ts';

/** What a page that came with status 200 turned out to be. */
export type PageReading =
    | { kind: 'profile'; profile: Profile; handle: string; unreadSections: ProfileSection[] }
    | { kind: 'not_found' }
    | { kind: 'wall'; detail: string }
    | { kind: 'other_page'; detail: string }
    | { kind: 'incomplete'; detail: string };

export type PageReader = {
    /** Takes a piece of the page's bytes; `enough` once all that is wanted was there. */
    write(chunk: Buffer): 'more' | 'enough';
    /** What the page was. `isComplete` says whether its end, or the end of what is wanted, was reached. */
    end(isComplete: boolean): Promise<PageReading>;
};

/** The gazetteer is not even imported before a place needs it. */
const openGazetteer = async (): Promise<Gazetteer> => (await import('./gazetteer.ts')).openGazetteer();

/** The name LinkedIn gives to people who do not show theirs. */
const hiddenName = 'LinkedIn Member';

/** Reads one logged-out page while it comes in. Never throws: a page that makes no sense is a reading too. */
export function createPageReader(handle: string): PageReader {
    const builder = createPageTreeBuilder();
    let isMainPassed = false;

    return {
        write(chunk) {
            isMainPassed = builder.write(chunk);
            return isMainPassed ? 'enough' : 'more';
        },
        async end(isComplete) {
            const { head, main } = builder.end();
            const obstacle = findObstacle(head);
            if (obstacle) return obstacle;
            if (!isComplete || !isMainPassed || !main) return { kind: 'incomplete', detail: 'the page broke off' };
            const answeredHandle = readCanonicalHandle(head) ?? handle;
            const built = buildProfile(answeredHandle, head, main);
            if (!built) return { kind: 'incomplete', detail: 'the page names nobody' };
            const { profile, language, unreadSections } = built;
            const isHidden = profile.full_name === hiddenName && profile.headline === null && profile.summary === null;
            if (isHidden) return { kind: 'not_found' };
            const location = await settleLocation(profile.location, { language, openGazetteer });
            return { kind: 'profile', profile: { ...profile, location }, handle: answeredHandle, unreadSections };
        },
    };
}

/** What the head of a page says when it is not a profile's; null when it is. */
function findObstacle({ metas, title }: PageHeadFacts): PageReading | null {
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
