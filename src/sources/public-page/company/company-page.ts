import type { CompanyOutcome, FailedOutcome } from '../../../enrichment/source.ts';
import { buildFault, buildRefusal } from '../../failures.ts';
import { copyOut, parsePage, type Page } from '../markup/parse-page.ts';
import { refineLocation } from '../text/refine-location.ts';
import { buildCompany, type BuiltCompany } from './company.ts';
import { addStatedParts } from './headquarters.ts';

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
        return buildRefusal('other_page', `another page instead of the company (${pageKey.slice(0, 40)})`);
    }
    return isComplete ? null : buildFault('unreadable', 'the page broke off');
}
