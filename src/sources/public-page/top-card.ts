import type { Organization, Profile } from '../../enrichment/profile.ts';
import { readLinkedInUrl, readPictureUrl } from './links.ts';
import { readLine } from './text/clean-text.ts';
import { findAll, findFirst, getElements, hasClass, hasName, type PageNode } from './page-tree.ts';
import { parseCount } from './text/counts.ts';

type Counts = Pick<Profile, 'followers_count' | 'connections_count'>;

/** What the top of the page says of a person. */
export type TopCard = Pick<Profile, 'headline' | 'picture_url' | 'background_url'> &
    Counts & {
        fullName: string | null;
        location: string | null;
        company: Organization;
        school: Organization;
    };

/** "Followers" and "connections" in the languages of the page: `Intl` does not have these words. */
const followerWords =
    /follow|abonn|suscri|seguid|volger|följare|følg|obserw|sleduj|takipçi|フォロワー|关注|關注|팔로워|متابع|отслежив|подпис|відстеж|seuraaj|követő|urmăritor|ακόλουθ|pengikut|theo dõi|ผู้ติดตาม|फ़ॉलो/iu;
const connectionWords =
    /conne|relation|kontakt|contact|contatt|conex|conexões|collegament|bağlantı|kişi|połącz|spojení|つながり|好友|人脉|人脈|联系人|聯絡人|1촌|زميل|زملاء|صلة|صلات|контакт|forbindelse|yhtey|kapcsolat|conexiuni|συνδέσ|koneksi|kết nối|การเชื่อมต่อ|कनेक्शन/iu;

/** Reads the top card of all three layouts. */
export function readTopCard(main: PageNode, language: string): TopCard {
    const layout = findFirst(main, hasClass('top-card-layout'));
    const card = layout ?? main;
    // Without a top card a heading of the first order is anything, the title of a sign-in wall for one.
    const name = findFirst(card, hasClass('top-card-layout__title')) ?? findFirst(layout, hasName('h1'));
    const { place, counts } = readSubheader(card);
    const picture = findFirst(card, hasClass('top-card__profile-image', 'top-card-layout__entity-image'));
    return {
        // The name stands in a button on newer pages, so the heading is read and not what is around it.
        fullName: readLine(name),
        headline: readHeadline(card),
        location: place,
        ...readCounts(counts, language),
        company: readLinked(card, 'public_profile_topcard-current-company', [
            'currentPositionsDetails',
            'currentPositions',
        ]),
        school: readLinked(card, 'public_profile_topcard-school', ['educationsDetails', 'educations']),
        picture_url: readPictureUrl(picture),
        background_url: readPictureUrl(findFirst(card, hasClass('cover-img__image'))),
    };
}

/** Null for the dashes that stand where somebody wrote no headline. */
function readHeadline(card: PageNode): string | null {
    const text = readLine(findFirst(card, hasClass('top-card-layout__headline')));
    return text === null || /^[-–—\s]+$/.test(text) ? null : text;
}

/** The line under the headline: where the person is (when they show it), followers, connections. */
function readSubheader(card: PageNode): { place: string | null; counts: string[] } {
    const subheader = findFirst(card, hasClass('profile-info-subheader'));
    if (subheader) {
        // Without a place the first thing here is the button "Contact Info": what follows a button is no place.
        const children = getElements(subheader);
        const button = children.findIndex(hasName('button'));
        const before = button < 0 ? children : children.slice(0, button);
        const place = before.find((node) => node.name === 'span' && !node.classes.includes('middot'));
        const counts = findAll(subheader, hasClass('not-first-middot')).flatMap(getElements);
        return { place: readLine(place), counts: readLines(counts) };
    }
    const items = findAll(card, hasClass('top-card__subline-item', 'top-card__subline-item--bullet'));
    const [first] = items;
    const text = readLine(first);
    const isBullet = first !== undefined && hasClass('top-card__subline-item--bullet')(first);
    const isPlace = text !== null && !isBullet && !isCount(text);
    return { place: isPlace ? text : null, counts: readLines(isPlace ? items.slice(1) : items) };
}

function readLines(nodes: PageNode[]): string[] {
    return nodes.flatMap((node) => readLine(node) ?? []);
}

function isCount(text: string): boolean {
    return /\p{Nd}/u.test(text) && (followerWords.test(text) || connectionWords.test(text));
}

/** Which number is which is told by its word; "500+" without a known word is always the connections. */
function readCounts(texts: string[], language: string): Counts {
    const counts: Counts = { followers_count: null, connections_count: null };
    for (const text of texts) {
        const count = parseCount(text, language);
        if (count === null) continue;
        if (followerWords.test(text)) counts.followers_count ??= count;
        else if (connectionWords.test(text) || /500\s*\+|\+\s*500/.test(text)) counts.connections_count ??= count;
    }
    return counts;
}

/** The company or the school at the side of the top card. One without a page of its own is not a link. */
function readLinked(card: PageNode, trackingName: string, sectionNames: string[]): Organization {
    const entry = findFirst(
        card,
        ({ attributes }) =>
            attributes['data-tracking-control-name'] === trackingName ||
            sectionNames.includes(attributes['data-section'] ?? ''),
    );
    const link = entry?.name === 'a' ? entry : findFirst(entry, hasName('a'));
    const description = findFirst(entry, hasClass('top-card-link__description'));
    return {
        name: readLine(description ?? entry),
        linkedin_url: readLinkedInUrl(link),
        logo_url: readPictureUrl(findFirst(entry, hasName('img'))),
    };
}
