import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import type { CompanyOutcome, FailedOutcome } from '../../../enrichment/source.ts';
import { buildFault, buildRefusal } from '../../failures.ts';
import { readRegistrableDomain } from '../../registrable-domain.ts';
import { readCounts } from '../fields/top-card.ts';
import { findLink, readLink, readOrganizationUrl, readOutsideUrl, readPictureUrl } from '../markup/links.ts';
import { gatherText, readLine, readPreformatted } from '../markup/node-text.ts';
import {
    findAll,
    findFirst,
    hasAttribute,
    hasClass,
    hasClassPart,
    hasName,
    type PageNode,
} from '../markup/page-tree.ts';
import { copyOut, parsePage, type Page } from '../markup/parse-page.ts';
import type { PageHead } from '../markup/tree-builder.ts';
import { namePageKey } from '../page.ts';
import { readLanguage } from '../profile.ts';
import { cleanText, keepWords } from '../text/clean-text.ts';
import { parseCount } from '../text/counts.ts';
import { parseDate } from '../text/dates.ts';
import { refineLocation } from '../text/refine-location.ts';
import { parseFoundedYear, parseSizeRange, parseSpecialties } from './about.ts';
import { addStatedParts, readHeadquarters, readLocations } from './locations.ts';
import { readOrganizationJsonLd } from './organization-json-ld.ts';

/** Pages of companies, schools and showcases. */
const knownPageKey = /^d_org_guest/;

/**
 * Reads one logged-out page of a company or a school; `address` is its URL. Any other page is a failure that says what
 * it is. The page is parsed synchronously, before this returns; the promise waits only for the gazetteer and keeps no
 * reference to the page.
 */
export function readCompanyPage(bytes: Buffer, address: string): Promise<CompanyOutcome> {
    const page = parsePage(bytes);
    const failure = findObstacle(page, bytes);
    if (failure) return Promise.resolve(failure);
    const built = buildCompany(page, address);
    if (!built) return Promise.resolve(buildFault('unreadable', 'the page names no company'));
    return refineHeadquarters(copyOut(built));
}

async function refineHeadquarters({ company, language, address }: BuiltCompany): Promise<CompanyOutcome> {
    const { headquarters } = company;
    if (headquarters === null) return { kind: 'found', company };
    const refined = await refineLocation(headquarters, language);
    return { kind: 'found', company: { ...company, headquarters: addStatedParts(refined, address) } };
}

function findObstacle({ head, isComplete }: Page, bytes: Buffer): FailedOutcome | null {
    const pageKey = head.metas.get('pageKey') ?? '';
    const isWall = /^(?:auth_wall|d_registration)/.test(pageKey) || /^sign up\b/i.test(head.title.trim());
    if (isWall) return buildRefusal('wall', 'a sign-in wall');
    if (pageKey === '') {
        // A page that only contains a script that redirects to the wall.
        if (bytes.includes('/authwall')) return buildRefusal('wall', 'a script that redirects to the sign-in wall');
        return buildFault('unreadable', 'a page without a page key');
    }
    if (!knownPageKey.test(pageKey)) {
        return buildRefusal('other_page', `another page instead of the company (${namePageKey(pageKey)})`);
    }
    return isComplete ? null : buildFault('unreadable', 'the page broke off');
}

type BuiltCompany = NonNullable<ReturnType<typeof buildCompany>>;

/**
 * The company on a page, from its elements, with its JSON-LD for what they do not show. Elements are found by class and
 * test id, never by their labels, which depend on the page's language. Null without a name. `address` is the URL of the
 * page; its canonical URL takes precedence.
 */
function buildCompany({ head, root }: Page, address: string) {
    const language = readLanguage(head);
    const data = readOrganizationJsonLd(head.jsonLd);
    const card = findFirst(root, hasClass('top-card-layout'));
    const name = readLine(findFirst(root, hasClass('top-card-layout__title'))) ?? data?.name ?? null;
    if (name === null) return null;
    const subline = readSubline(findFirst(root, hasClass('top-card-layout__first-subline')), language);
    const locations = readLocations(root, language);
    const website = readWebsite(root) ?? data?.website ?? null;
    const fact = (field: string): string | null => {
        const entry = findFirst(root, hasAttribute('data-test-id', `about-us__${field}`));
        return keepWords(readLine(findFirst(entry, hasName('dd'))));
    };
    const company: CompanyDetails = {
        organization_id: readOrganizationId(card) ?? readOrganizationId(root),
        name,
        linkedin_url:
            readOrganizationUrl(head.canonicalHref ?? '') ?? data?.linkedinUrl ?? readOrganizationUrl(address),
        tagline: readLine(findFirst(root, hasClass('top-card-layout__second-subline'))) ?? data?.tagline ?? null,
        description:
            readPreformatted(findFirst(root, hasAttribute('data-test-id', 'about-us__description'))) ??
            data?.description ??
            null,
        website,
        domain: readRegistrableDomain(website),
        industry: fact('industry'),
        company_type: fact('organizationType'),
        company_size: parseSizeRange(fact('size'), language),
        employees_on_linkedin: data?.employees ?? readEmployees(root, language),
        followers_count: subline.followers ?? readStatedFollowers(head, language),
        founded_year: parseFoundedYear(fact('foundedOn')),
        headquarters: readHeadquarters(fact('headquarters') ?? subline.place, data?.address ?? null, {
            locations,
            language,
        }),
        locations,
        specialties: parseSpecialties(fact('specialties'), language),
        logo_url: readPictureUrl(findFirst(root, hasClass('top-card-layout__entity-image'))) ?? data?.logo ?? null,
        cover_url: readPictureUrl(findFirst(root, hasClass('cover-img__image'))),
        funding: readFunding(findFirst(root, hasAttribute('data-test-id', 'funding')), language),
    };
    return { company, language, address: data?.address ?? null };
}

/** The id in the page's report menu, since links have ids of affiliates too. Null with two different ids. */
function readOrganizationId(node: PageNode | null): string | null {
    const ids = findAll(node, ({ attributes }) => attributes['data-semaphore-content-urn'] !== undefined).flatMap(
        ({ attributes }) =>
            /^urn:li:organization:(\d+)$/.exec(attributes['data-semaphore-content-urn'] ?? '')?.[1] ?? [],
    );
    const [id, ...others] = new Set(ids);
    return id === undefined || others.length > 0 ? null : id;
}

/** The link of the entry; its other text only says that the link is external. */
function readWebsite(page: PageNode): string | null {
    const entry = findFirst(page, hasAttribute('data-test-id', 'about-us__website'));
    const link = findFirst(entry, hasAttribute('data-tracking-control-name', 'about_website'));
    return readLink(link, readOutsideUrl) ?? findLink(entry, readOutsideUrl);
}

const isDot = hasClassPart('middot');

/** "Mountain View, CA · 37,814,363 followers": a location, if shown, and the followers after the dot. */
function readSubline(node: PageNode | null, language: string): { place: string | null; followers: number | null } {
    const parts = [''];
    for (const child of node?.children ?? []) {
        if (typeof child !== 'string' && isDot(child)) parts.push('');
        parts.push(`${parts.pop()}${typeof child === 'string' ? child : gatherText(child)}`);
    }
    const [first = null, second = null] = parts.map(cleanText);
    if (second !== null) return { place: keepWords(first), followers: parseCount(second, language) };
    const followers = first === null ? null : readCounts([first], language).followers_count;
    return { place: followers === null ? keepWords(first) : null, followers };
}

/** "Google | 37,814,363 followers on LinkedIn. A problem …" from the page's head. */
function readStatedFollowers({ metas }: PageHead, language: string): number | null {
    const stated = cleanText(metas.get('description'))?.split(/\s\|\s|[.。!?](?:\s|$)/) ?? [];
    const texts = stated.slice(1).filter((text) => /linkedin/i.test(text));
    return readCounts(texts, language).followers_count;
}

function readEmployees(page: PageNode, language: string): number | null {
    const text = readLine(findFirst(page, hasClass('face-pile__text', 'face-pile__cta')));
    return text === null ? null : parseCount(text, language);
}

function readFunding(section: PageNode | null, language: string): CompanyDetails['funding'] {
    if (!section) return null;
    // The company's name is next to it, and may be a number.
    const all = findFirst(section, hasAttribute('data-tracking-control-name', 'funding_all-rounds'));
    const rounds = readLine(findAll(all, hasName('span')).at(-1) ?? all);
    const last = findFirst(section, hasAttribute('data-tracking-control-name', 'funding_last-round'));
    const time = findFirst(last, hasName('time'));
    const round = {
        type: last && readLine({ ...last, children: last.children.filter((child) => child !== time) }),
        date: parseDate(time?.attributes.datetime ?? readLine(time) ?? '', language),
        amount: readLine(findFirst(section, hasClass('text-display-lg'))),
    };
    const funding = {
        rounds: rounds === null ? null : parseCount(rounds, language),
        last_round: Object.values(round).some((part) => part !== null) ? round : null,
    };
    return funding.rounds === null && funding.last_round === null ? null : funding;
}
