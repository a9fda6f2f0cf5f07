import { createSecureContext, type SecureContext } from 'node:tls';

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
 * header of its own. `encodings`: those that the client can decompress.
 */
export function buildHttp2Headers(
    set: HeaderSet,
    target: RequestTarget,
    encodings: string,
): Record<string, string | string[]> {
    return {
        ':method': 'GET',
        ':authority': target.host,
        ':scheme': 'https',
        ':path': target.path,
        ...buildPageHeaders(set, target, encodings),
        ...(target.cookies.length > 0 ? { cookie: [...target.cookies] } : {}),
        priority: 'u=0, i',
    };
}

/** The same over HTTP/1.1, where Chrome capitalises all names but the client hints, and sends no `priority`. */
export function buildHttp1Headers(set: HeaderSet, target: RequestTarget, encodings: string): Record<string, string> {
    const headers = Object.entries(buildPageHeaders(set, target, encodings)).map(([name, value]) => [
        name.startsWith('sec-ch-') ? name : name.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase()),
        value,
    ]);
    return {
        Host: target.host,
        Connection: 'keep-alive',
        ...Object.fromEntries(headers),
        ...(target.cookies.length > 0 ? { Cookie: target.cookies.join('; ') } : {}),
    };
}

/** After a redirect the client hints come later. */
function buildPageHeaders(set: HeaderSet, { isRedirect }: RequestTarget, encodings: string): Record<string, string> {
    return {
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
    };
}

function buildClientHints({ secChUa, platform }: HeaderSet): Record<string, string> {
    return { 'sec-ch-ua': secChUa, 'sec-ch-ua-mobile': '?0', 'sec-ch-ua-platform': platform };
}

/** The HTTP/2 settings of Chrome 149, and the connection window that it sets. */
export const http2Settings = {
    headerTableSize: 65_536,
    enablePush: false,
    initialWindowSize: 6_291_456,
    maxHeaderListSize: 262_144,
};
export const http2WindowBytes = 15_663_105 + 65_535;

/**
 * Chrome's TLS parameters, as far as OpenSSL supports them. The others (GREASE, post-quantum key shares, the order of
 * extensions, compressed certificates) cannot be set from Node.
 */
const chromeTls = {
    ciphers:
        'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:' +
        'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:' +
        'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:' +
        'ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA',
    sigalgs:
        'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256:ecdsa_secp384r1_sha384:rsa_pss_rsae_sha384:' +
        'rsa_pkcs1_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha512',
    ecdhCurve: 'X25519:prime256v1:secp384r1',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
} as const;

/**
 * Returns the context of all TLS connections, which is created by the first call: that takes 18 ms of CPU. It trusts
 * Node's authorities and `NODE_EXTRA_CA_CERTS`, or those given in PEM.
 */
export function createTrust(certificateAuthorities?: string): () => SecureContext {
    let context: SecureContext | undefined;
    const ca = certificateAuthorities ? { ca: certificateAuthorities } : {};
    return () => (context ??= createSecureContext({ ...chromeTls, ...ca }));
}
