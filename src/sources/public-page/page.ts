import { parseProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { FailedOutcome, FoundOutcome, NotFoundOutcome, UnreadPart } from '../../enrichment/source.ts';
import { buildFault, buildRefusal } from '../failures.ts';
import { copyOut, parsePage, type Page } from './markup/parse-page.ts';
import { buildProfile } from './profile.ts';
import { refineLocation } from './text/refine-location.ts';
import type { PageHead } from './markup/tree-builder.ts';

/** What a page with status 200 is. */
export type PageReading = FoundOutcome | NotFoundOutcome | FailedOutcome;

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
): NotFoundOutcome | FailedOutcome | (FoundOutcome & { language: string }) {
    const pageKey = head.metas.get('pageKey') ?? '';
    const obstacle = findObstacle(head, pageKey);
    if (obstacle) return obstacle;
    if (!isComplete) return buildFault('unreadable', 'the page broke off');
    const canonicalHandle = readCanonicalHandle(head) ?? handle;
    const built = buildProfile(canonicalHandle, head, root);
    if (!built) return buildFault('unreadable', 'the page names nobody');
    const { profile, language, unreadSections, unknownMarks } = built;
    if (hiddenName.test(profile.full_name)) return { kind: 'not_found' };
    const unread: UnreadPart[] = [
        ...unreadSections,
        ...unknownMarks.map((mark) => `data-section ${mark}` as const),
        ...(knownPageKey.test(pageKey) ? [] : [`page key ${namePageKey(pageKey)}` as const]),
    ];
    return { kind: 'found', handle: canonicalHandle, profile, language, unreadSections: unread };
}

async function refineReading(reading: ReturnType<typeof readProfile>): Promise<PageReading> {
    if (reading.kind !== 'found') return reading;
    const { language, ...found } = reading;
    const location = await refineLocation(found.profile.location, language);
    return { ...found, profile: { ...found.profile, location } };
}

/** What the page is, by its head, if it is not a profile; null when it may be one. */
function findObstacle({ title }: PageHead, pageKey: string): NotFoundOutcome | FailedOutcome | null {
    const plainTitle = title.trim();
    if (/^profile not found/i.test(plainTitle)) return { kind: 'not_found' };
    if (pageKey.startsWith('auth_wall') || /^sign up\b/i.test(plainTitle))
        return buildRefusal('wall', 'a sign-in wall');
    // An unknown version may still be readable.
    if (/^public_profile_v\d/.test(pageKey)) return null;
    if (pageKey === '') return buildFault('unreadable', 'a page without a page key');
    return buildRefusal('other_page', `another page instead of the profile (${namePageKey(pageKey)})`);
}

/** A page key for messages. LinkedIn's are identifiers; any other text is not quoted. */
export function namePageKey(pageKey: string): string {
    return /^[\w.-]{1,40}$/.test(pageKey) ? pageKey : 'unreadable';
}

function readCanonicalHandle({ canonicalHref }: PageHead): string | null {
    const parsing = canonicalHref === null ? null : parseProfileUrl(canonicalHref);
    return parsing?.ok ? parsing.profileUrl.handle : null;
}
