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

/** A page that is asked for: where it is, where it may be instead, and what it says. */
export type PageQuestion<Found> = {
    page: 'profile' | 'company';
    /** Without the first slash. */
    path: string;
    /** What it means to be redirected to a path, in lower case; null where that is another kind of page. */
    classifyPath: (path: string) => PathMeaning | null;
    /** Everything that needs the body is done before this returns, once the reader is loaded. */
    read(body: Buffer, address: URL): Promise<Found | NotFoundOutcome | FailedOutcome>;
};

type ReadPage = (body: Buffer, handle: string) => Promise<PageReading>;
type ReadCompanyPage = (body: Buffer, address: string) => Promise<CompanyOutcome>;

/** Set once the readers are there: a start does not wait for them. */
let readPage: ReadPage | null = null;
let readCompanyPage: ReadCompanyPage | null = null;

export function askForProfile(handle: string): PageQuestion<FoundOutcome> {
    return {
        page: 'profile',
        path: `in/${encodeURIComponent(handle)}/`,
        classifyPath: (path) => (/^\/in\/[^/]+/.test(path) ? 'page' : null),
        read(body, address) {
            const asked = readHandle(address) ?? handle;
            const read = async (reader: ReadPage): Promise<SourceOutcome> => describeReading(await reader(body, asked));
            return readPage ? read(readPage) : loadReader().then(read);
        },
    };
}

/** `path` is `company/<slug>` or `school/<slug>`, decoded. */
export function askForCompany(path: string): PageQuestion<Extract<CompanyOutcome, { kind: 'found' }>> {
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
