import type { Profile } from '../../enrichment/profile.ts';
import { readLinkedInUrl, readPictureUrl } from './page-links.ts';
import { parseCount, readLine } from './page-text.ts';
import { findAll, findFirst, getElements, hasClass, hasName, type PageNode } from './page-tree.ts';

/** What the top of the page says of a person. */
export type TopCard = Pick<
    Profile,
    'headline' | 'picture_url' | 'background_url' | 'followers_count' | 'connections_count' | 'company'
> & { fullName: string | null; location: string | null };

const followerWords =
    /follow|abonn|suscri|seguidor|seguid|volger|följare|foljare|obserw|sleduj|takipçi|フォロワー|关注|關注|팔로워|متابع/iu;
const connectionWords =
    /connection|connexion|relation|kontakt|contact|conex|conexões|collegament|connecti|kişi|bağlantı|połącze|spojen|つながり|好友|人脉|聯絡人|联系人|1촌|زميل|زملاء|اتصال/iu;

/** Reads the top card of all three layouts. */
export function readTopCard(main: PageNode): TopCard {
    const card = findFirst(main, hasClass('top-card-layout')) ?? main;
    const name = findFirst(card, hasClass('top-card-layout__title')) ?? findFirst(card, hasName('h1'));
    const { location, counts } = readSubheader(card);
    const picture = findFirst(card, hasClass('top-card__profile-image', 'top-card-layout__entity-image'));
    return {
        fullName: readLine(name),
        headline: readLine(findFirst(card, hasClass('top-card-layout__headline'))),
        location,
        ...readCounts(counts),
        company: readCurrentCompany(card),
        picture_url: readPictureUrl(picture),
        background_url: readPictureUrl(findFirst(card, hasClass('cover-img__image'))),
    };
}

/** The line under the headline: where the person is (when they show it), followers, connections. */
function readSubheader(card: PageNode): { location: string | null; counts: string[] } {
    const subheader = findFirst(card, hasClass('profile-info-subheader'));
    const isText = (text: string | null): text is string => text !== null;
    if (subheader) {
        const spans = getElements(subheader).filter(hasName('span'));
        // Without a place the first thing here is the button "Contact Info", and the first span is a mere dot.
        const place = spans.find((span) => !span.classes.some((word) => word.includes('middot')));
        const counts = findAll(subheader, hasClass('not-first-middot')).flatMap((node) => getElements(node));
        return { location: readLine(place), counts: counts.map(readLine).filter(isText) };
    }
    const items = findAll(card, hasClass('top-card__subline-item'));
    const texts = items.map(readLine).filter(isText);
    const first = items[0] && !items[0].classes.includes('top-card__subline-item--bullet') ? texts[0] : undefined;
    const isPlace =
        first !== undefined && !(/\d/.test(first) && (followerWords.test(first) || connectionWords.test(first)));
    const bullets = findAll(card, hasClass('top-card__subline-item--bullet')).map(readLine).filter(isText);
    return { location: isPlace ? first : null, counts: [...(isPlace ? texts.slice(1) : texts), ...bullets] };
}

/** Which number is which is told by its word; "500+" alone is always the connections. */
function readCounts(texts: string[]): Pick<Profile, 'followers_count' | 'connections_count'> {
    const counts: Pick<Profile, 'followers_count' | 'connections_count'> = {
        followers_count: null,
        connections_count: null,
    };
    for (const text of texts) {
        const count = parseCount(text);
        if (count === null) continue;
        if (followerWords.test(text)) counts.followers_count ??= count;
        else if (connectionWords.test(text) || /500\s*\+|\+\s*500/.test(text)) counts.connections_count ??= count;
    }
    return counts;
}

function readCurrentCompany(card: PageNode): Profile['company'] {
    const link = findFirst(
        card,
        (node) =>
            node.attributes['data-tracking-control-name'] === 'public_profile_topcard-current-company' ||
            node.attributes['data-section'] === 'currentPositions',
    );
    const anchor = link?.name === 'a' ? link : findFirst(link, hasName('a'));
    const description = findFirst(link, hasClass('top-card-link__description'));
    return { name: readLine(description ?? link), linkedin_url: readLinkedInUrl(anchor) };
}
