/** The page of a company or a school: what a source is asked for. */
export type CompanyUrl = {
    /** `company/google`, `school/mit`: decoded, in lower case; two spellings of one page have the same. */
    path: string;
    canonicalUrl: string;
};

const longestSlug = 200;

/**
 * The page that an address of LinkedIn's names; null for every other address, and for the page that stands in place of
 * companies that are gone.
 */
export function parseCompanyUrl(address: string | null): CompanyUrl | null {
    const whole = address?.includes('://') ? address : `https://${address}`;
    if (address === null || !URL.canParse(whole)) return null;
    const { hostname, pathname } = new URL(whole);
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname)) return null;
    const [, kind, segment = ''] = /^\/(company|school)\/([^/]+)/i.exec(pathname) ?? [];
    const slug = decode(segment);
    if (kind === undefined || slug === '' || slug === 'unavailable' || slug.length > longestSlug) return null;
    const path = `${kind.toLowerCase()}/${slug}`;
    return { path, canonicalUrl: `https://www.linkedin.com/${kind.toLowerCase()}/${encodeURIComponent(slug)}` };
}

/** Empty for what is no text. */
function decode(segment: string): string {
    try {
        return decodeURIComponent(segment).normalize('NFC').toLowerCase().trim();
    } catch {
        return '';
    }
}
