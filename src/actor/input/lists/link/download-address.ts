/** The download address of a file, or the problem: a text that continues the list's title. */
export type DownloadAddress = { ok: true; url: URL } | { ok: false; problem: string };

const sheetPath = /^\/spreadsheets\/(?:u\/\d+\/)?d\/(e\/)?([\w-]+)(?:\/(\w*))?/;
const folder: DownloadAddress = { ok: false, problem: 'is a folder; link the file in it' };

/**
 * Converts the page address of a Google Sheet or of a file on Google Drive, Dropbox, OneDrive or GitHub to its download
 * address. Other addresses are not changed.
 */
export function toDownloadAddress(address: URL): DownloadAddress {
    const { hostname, pathname, searchParams } = address;
    if (hostname === 'docs.google.com') return { ok: true, url: toGoogleExport(address) };
    if (hostname === 'drive.google.com') {
        if (/^\/(?:drive\/)?(?:u\/\d+\/)?folders\//.test(pathname)) return folder;
        const id = /^\/file\/(?:u\/\d+\/)?d\/([\w-]+)/.exec(pathname)?.[1] ?? searchParams.get('id');
        if (id === null) return { ok: true, url: address };
        const url = new URL('https://drive.google.com/uc?export=download');
        url.searchParams.set('id', id);
        const resourceKey = searchParams.get('resourcekey');
        if (resourceKey !== null) url.searchParams.set('resourcekey', resourceKey);
        return { ok: true, url };
    }
    if (/^(?:www\.)?dropbox\.com$/.test(hostname)) {
        if (/^\/(?:sh|scl\/fo)\//.test(pathname)) return folder;
        return { ok: true, url: withParameter(address, 'dl', '1') };
    }
    if (hostname.endsWith('.sharepoint.com') && /^\/:[a-z]:\//.test(pathname)) {
        if (pathname.startsWith('/:f:/')) return folder;
        return { ok: true, url: withParameter(address, 'download', '1') };
    }
    if (hostname === 'github.com') {
        const [, repository, path] = /^\/([^/]+\/[^/]+)\/blob\/(.+)$/.exec(pathname) ?? [];
        if (repository) return { ok: true, url: new URL(`https://raw.githubusercontent.com/${repository}/${path}`) };
    }
    return { ok: true, url: address };
}

/** Converts a Google Sheet, as viewed or published, to the CSV export of the same sheet. */
function toGoogleExport(address: URL): URL {
    const document = /^\/document\/(?:u\/\d+\/)?d\/([\w-]+)\/(?!export)/.exec(address.pathname)?.[1];
    if (document !== undefined && document !== 'e') {
        return new URL(`https://docs.google.com/document/d/${document}/export?format=txt`);
    }
    const [, published, id, page = ''] = sheetPath.exec(address.pathname) ?? [];
    // Already an export, or a query that defines its own output.
    if (id === undefined || page === 'export' || page === 'gviz') return address;
    const gid = address.searchParams.get('gid') ?? /[#&]gid=(\d+)/.exec(address.hash)?.[1];
    const sheet = gid ? `&gid=${gid}` : '';
    if (!published) return new URL(`https://docs.google.com/spreadsheets/d/${id}/export?format=csv${sheet}`);
    return new URL(`https://docs.google.com/spreadsheets/d/e/${id}/pub?output=csv${sheet && `${sheet}&single=true`}`);
}

function withParameter(address: URL, name: string, value: string): URL {
    const url = new URL(address);
    url.searchParams.set(name, value);
    return url;
}
