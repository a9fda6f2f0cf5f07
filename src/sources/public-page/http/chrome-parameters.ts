import { createSecureContext, type SecureContext } from 'node:tls';

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
    ciphers: [
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'ECDHE-ECDSA-AES128-GCM-SHA256',
        'ECDHE-RSA-AES128-GCM-SHA256',
        'ECDHE-ECDSA-AES256-GCM-SHA384',
        'ECDHE-RSA-AES256-GCM-SHA384',
        'ECDHE-ECDSA-CHACHA20-POLY1305',
        'ECDHE-RSA-CHACHA20-POLY1305',
        'ECDHE-RSA-AES128-SHA',
        'ECDHE-RSA-AES256-SHA',
        'AES128-GCM-SHA256',
        'AES256-GCM-SHA384',
        'AES128-SHA',
        'AES256-SHA',
    ].join(':'),
    sigalgs: [
        'ecdsa_secp256r1_sha256',
        'rsa_pss_rsae_sha256',
        'rsa_pkcs1_sha256',
        'ecdsa_secp384r1_sha384',
        'rsa_pss_rsae_sha384',
        'rsa_pkcs1_sha384',
        'rsa_pss_rsae_sha512',
        'rsa_pkcs1_sha512',
    ].join(':'),
    ecdhCurve: 'X25519:prime256v1:secp384r1',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
} as const;

/** The context of all TLS connections. Trusts Node's authorities and `NODE_EXTRA_CA_CERTS`, or those given in PEM. */
export function createTrust(certificateAuthorities?: string): SecureContext {
    return createSecureContext({ ...chromeTls, ...(certificateAuthorities ? { ca: certificateAuthorities } : {}) });
}
