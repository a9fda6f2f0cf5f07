import type { Profile } from '../../../enrichment/result/profile.ts';
import type { Organization } from '../../../enrichment/result/profile-parts.ts';
import { readLink, readOrganizationUrl, readPictureUrl } from '../markup/links.ts';
import { readLine } from '../markup/node-text.ts';
import {
    findAll,
    findFirst,
    getElements,
    hasAttribute,
    hasClass,
    hasClassPart,
    hasName,
    type PageNode,
} from '../markup/page-tree.ts';
import { foldDigits, keepWords } from '../text/clean-text.ts';
import { parseCount } from '../text/counts.ts';

type Counts = Pick<Profile, 'followers_count' | 'connections_count'>;

export type TopCard = ReturnType<typeof readTopCard>;

/** "Followers" and "connections" in all languages, which `Intl` does not have. */
const followerWords =
    /follow|abonn|suscri|seguid|volger|följare|følg|obserw|sleduj|takipçi|フォロワー|关注|關注|追蹤|팔로워|متابع|دنبال|عוקב|עוקבים|отслеж|подпис|відстеж|seuraaj|követő|urmăritor|ακόλουθ|pengikut|theo dõi|ผู้ติดตาม|फ़ॉलो|फॉलो|अनुयायी|অনুসরণ|ফলো|ਫਾਲੋ|ਪੈਰੋਕਾਰ|అనుచర|ఫాలో|பின்தொடர்|tagasubaybay/iu;
const connectionWords =
    /conne|relation|kontakt|contact|contatt|conex|conexões|collegament|bağlantı|kişi|połącz|spojení|つながり|好友|人脉|人脈|联系人|聯絡人|1촌|زميل|زملاء|صلة|صلات|ارتباط|קשר|контакт|forbindelse|yhtey|kapcsolat|conexiuni|συνδέσ|koneksi|sambungan|kết nối|การเชื่อมต่อ|คอนเน|कनेक्शन|संपर्क|সংযোগ|কানেকশন|ਕਨੈਕਸ਼ਨ|కనెక్షన్|இணைப்பு|koneksyon/iu;

/** Reads the top card of any layout. Searches the whole page for its classes, since broken markup may have split it. */
export function readTopCard(page: PageNode, language: string) {
    const card = findFirst(page, hasClass('top-card-layout'));
    // Without a top card an `h1` can be anything, such as the title of a sign-in wall.
    const name = findFirst(page, hasClass('top-card-layout__title')) ?? findFirst(card, hasName('h1'));
    const lines = readSubheader(page);
    return {
        // Reads the heading itself, since newer pages wrap it in a button.
        fullName: readLine(name),
        // Null for the dashes shown without a headline.
        headline: keepWords(readLine(findFirst(page, hasClass('top-card-layout__headline')))),
        location: readPlace(lines, language),
        ...readCounts(lines, language),
        company: readLinked(page, card, 'public_profile_topcard-current-company', [
            'currentPositionsDetails',
            'currentPositions',
        ]),
        school: readLinked(page, card, 'public_profile_topcard-school', ['educationsDetails', 'educations']),
        picture_url: readPictureUrl(
            findFirst(page, hasClass('top-card__profile-image', 'top-card-layout__entity-image')),
        ),
        background_url: readPictureUrl(findFirst(page, hasClass('cover-img__image'))),
    };
}

/**
 * The line below the headline: location (if shown), followers, connections. Until 2023 these are elements with their
 * own class; since 2024 they are spans in one element, and in 2026 all but the location are in a row inside it.
 */
function readSubheader(page: PageNode): string[] {
    const subheader = findFirst(page, hasClass('profile-info-subheader'));
    if (!subheader)
        return readLines(findAll(page, hasClass('top-card__subline-item', 'top-card__subline-item--bullet')));
    // Elements after the button "Contact Info", outside a row, belong to it.
    const elements = getElements(subheader);
    const button = elements.findIndex(hasName('button'));
    const isBesideButton = (place: number): boolean => button >= 0 && place >= button;
    const spans = elements.flatMap((node, place) => {
        if (isRow(node)) return getElements(node);
        return isBesideButton(place) || isDot(node) || node.name === 'button' ? [] : [node];
    });
    return readLines(spans.filter((node) => !hasName('button')(node)));
}

const isRow = hasClass('not-first-middot');
const isDot = hasClassPart('middot');

/** Without a location, the first text is a count. */
function readPlace([first]: string[], language: string): string | null {
    return first === undefined || isCount(first, language) ? null : keepWords(first);
}

function readLines(nodes: PageNode[]): string[] {
    return nodes.flatMap((node) => readLine(node) ?? []);
}

/**
 * Whether a text is a count: one number and a word or two in any language. A location with a number has further parts
 * ("6th of October City, Giza").
 */
export function isCount(text: string, language: string): boolean {
    if (!/\p{Nd}/u.test(text)) return false;
    if (followerWords.test(text) || connectionWords.test(text)) return true;
    return parseCount(text, language) !== null && !/[^\p{Nd}][,،、，]|[,،、，][^\p{Nd}]/u.test(text);
}

/** Distinguishes the counts by their words; "500+" without a known word is always the connections. */
export function readCounts(texts: string[], language: string): Counts {
    const counts: Counts = { followers_count: null, connections_count: null };
    for (const text of texts) {
        const count = isCount(text, language) ? parseCount(text, language) : null;
        if (count === null) continue;
        if (followerWords.test(text)) counts.followers_count ??= count;
        else if (connectionWords.test(text) || /500\s*\+|\+\s*500/.test(foldDigits(text)))
            counts.connections_count ??= count;
    }
    return counts;
}

/** The company or school in the top card. One without its own page is not a link. */
function readLinked(page: PageNode, card: PageNode | null, trackingName: string, sectionNames: string[]): Organization {
    const entry =
        findFirst(page, hasAttribute('data-tracking-control-name', trackingName)) ??
        findFirst(card, hasAttribute('data-section', ...sectionNames));
    const link = entry?.name === 'a' ? entry : findFirst(entry, hasName('a'));
    return {
        name: readLine(findFirst(entry, hasClass('top-card-link__description')) ?? entry),
        linkedin_url: readLink(link, readOrganizationUrl),
        logo_url: readPictureUrl(findFirst(entry, hasName('img'))),
    };
}
