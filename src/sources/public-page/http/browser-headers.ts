/** The consistent identifying headers of one Chrome installation. */
export type HeaderSet = {
    chromeVersion: number;
    userAgent: string;
    secChUa: string;
    /** As in `sec-ch-ua-platform`, in quotes. */
    platform: string;
    accept: string;
};

export type RequestTarget = {
    host: string;
    /** Including the query. */
    path: string;
    /** As `name=value`. */
    cookies: readonly string[];
    /** Whether a redirect led here. */
    isRedirect: boolean;
};

/**
 * The headers of a typed-in page address over HTTP/2, pseudo-headers included, in Chrome's order. Each cookie is a
 * header of its own; after a redirect the client hints come later. `encodings`: those that the client can decompress.
 */
export function buildHttp2Headers(
    set: HeaderSet,
    { host, path, cookies, isRedirect }: RequestTarget,
    encodings: string,
): Record<string, string | string[]> {
    return {
        ':method': 'GET',
        ':authority': host,
        ':scheme': 'https',
        ':path': path,
        ...(isRedirect ? {} : buildClientHints(set)),
        'upgrade-insecure-requests': '1',
        'user-agent': set.userAgent,
        accept: set.accept,
        'sec-fetch-site': 'none',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-user': '?1',
        'sec-fetch-dest': 'document',
        ...(isRedirect ? buildClientHints(set) : {}),
        'accept-encoding': encodings,
        'accept-language': 'en-US,en;q=0.9',
        ...(cookies.length > 0 ? { cookie: [...cookies] } : {}),
        priority: 'u=0, i',
    };
}

/** The same over HTTP/1.1, where Chrome capitalises most names and sends no `priority`. */
export function buildHttp1Headers(
    set: HeaderSet,
    { host, cookies, isRedirect }: RequestTarget,
    encodings: string,
): Record<string, string> {
    return {
        Host: host,
        Connection: 'keep-alive',
        ...(isRedirect ? {} : buildClientHints(set)),
        'Upgrade-Insecure-Requests': '1',
        'User-Agent': set.userAgent,
        Accept: set.accept,
        'Sec-Fetch-Site': 'none',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-User': '?1',
        'Sec-Fetch-Dest': 'document',
        ...(isRedirect ? buildClientHints(set) : {}),
        'Accept-Encoding': encodings,
        'Accept-Language': 'en-US,en;q=0.9',
        ...(cookies.length > 0 ? { Cookie: cookies.join('; ') } : {}),
    };
}

function buildClientHints({ secChUa, platform }: HeaderSet): Record<string, string> {
    return { 'sec-ch-ua': secChUa, 'sec-ch-ua-mobile': '?0', 'sec-ch-ua-platform': platform };
}
