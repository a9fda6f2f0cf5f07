const sheetPath = /^\/spreadsheets\/(?:u\/\d+\/)?d\/(e\/)?([\w-]+)(?:\/(\w*))?/;

/**
 * The address that a spreadsheet's text is read from. A Google Sheet as the browser shows it, or published to the web,
 * becomes its CSV export, of the same sheet; every other address stays as it is.
 */
export function toCsvExport(address: URL): URL {
    if (address.hostname !== 'docs.google.com') return address;
    const [, published, id, page = ''] = sheetPath.exec(address.pathname) ?? [];
    // An export already, or a query that says itself what it answers.
    if (id === undefined || page === 'export' || page === 'gviz') return address;
    const gid = address.searchParams.get('gid') ?? /[#&]gid=(\d+)/.exec(address.hash)?.[1];
    const sheet = gid ? `&gid=${gid}` : '';
    if (!published) return new URL(`https://docs.google.com/spreadsheets/d/${id}/export?format=csv${sheet}`);
    return new URL(`https://docs.google.com/spreadsheets/d/e/${id}/pub?output=csv${sheet && `${sheet}&single=true`}`);
}
