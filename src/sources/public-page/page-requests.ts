import type {
    CompanyOutcome,
    FailedOutcome,
    FoundOutcome,
    NotFoundOutcome,
    SourceOutcome,
} from '../../enrichment/source.ts';
import { describeReading } from './outcomes.ts';
import type { PageReading } from './page.ts';
import type { PathMeaning } from './response.ts';

/** A page to request: its path, its possible redirects, and its reader. */
export type PageRequest<Found> = {
    page: 'profile' | 'company';
    /** Without the leading slash. */
    path: string;
    /** What a redirect to this path, in lower case, means; null for another kind of page. */
    classifyPath: (path: string) => PathMeaning | null;
    /** Once the reader is loaded, parses the body synchronously, before it returns. */
    read(body: Buffer, address: URL): Promise<Found | NotFoundOutcome | FailedOutcome>;
};

type ReadPage = (body: Buffer, handle: string) => Promise<PageReading>;
type ReadCompanyPage = (body: Buffer, address: string) => Promise<CompanyOutcome>;

/** Loaded on first use, to keep the start fast. */
let readPage: ReadPage | null = null;
let readCompanyPage: ReadCompanyPage | null = null;

export function requestProfile(handle: string): PageRequest<FoundOutcome> {
    return {
        page: 'profile',
        path: `in/${encodeURIComponent(handle)}/`,
        classifyPath: (path) => (/^\/in\/[^/]+/.test(path) ? 'page' : null),
        read(body, address) {
            const requested = readHandle(address) ?? handle;
            const read = async (reader: ReadPage): Promise<SourceOutcome> =>
                describeReading(await reader(body, requested));
            return readPage ? read(readPage) : loadReader().then(read);
        },
    };
}

/** `path` is `company/<slug>` or `school/<slug>`, decoded. */
export function requestCompany(path: string): PageRequest<Extract<CompanyOutcome, { kind: 'found' }>> {
    return {
        page: 'company',
        path: `${path.split('/').map(encodeURIComponent).join('/')}/`,
        classifyPath(found) {
            if (/^\/company\/unavailable(?:\/|$)/.test(found)) return 'not_found';
            return /^\/(?:company|school|showcase)\/[^/]+/.test(found) ? 'page' : null;
        },
        read(body, address) {
            const read = (reader: ReadCompanyPage): Promise<CompanyOutcome> => reader(body, address.href);
            return readCompanyPage ? read(readCompanyPage) : loadCompanyReader().then(read);
        },
    };
}

async function loadReader(): Promise<ReadPage> {
    readPage ??= (await import('./page.ts')).readPage;
    return readPage;
}

async function loadCompanyReader(): Promise<ReadCompanyPage> {
    readCompanyPage ??= (await import('./company/company-page.ts')).readCompanyPage;
    return readCompanyPage;
}

function readHandle(url: URL): string | null {
    const segment = /^\/in\/([^/]+)/i.exec(url.pathname)?.[1];
    if (segment === undefined) return null;
    try {
        return decodeURIComponent(segment).normalize('NFC').toLowerCase();
    } catch {
        return null;
    }
}
