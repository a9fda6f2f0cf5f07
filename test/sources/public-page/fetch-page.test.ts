import { expect, it } from 'vitest';
import { describeError } from '../../../src/sources/public-page/fetch-page.ts';

const timeout = Object.assign(new Error('Timeout awaiting request'), { name: 'TimeoutError', code: 'ETIMEDOUT' });

it.each([
    ['a server that took the connection and was silent', { socket: 1, connect: 2 }, { kind: 'timeout' }],
    ['nobody who took the connection', { socket: 1 }, { kind: 'broken', detail: 'ETIMEDOUT', head: null }],
    ['a client that does not say how far it came', undefined, { kind: 'timeout' }],
])('tells by a timeout: %s', (_name, timings, expected) => {
    expect(describeError(timeout, null, timings)).toMatchObject(expected);
});

it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['CERT_HAS_EXPIRED', true],
    ['ECONNRESET', false],
])('knows by its code whether an error is about a certificate: %s', (code, isCertificate) => {
    const error = Object.assign(new Error('no'), { code });
    expect(describeError(error, null, undefined)).toMatchObject({ kind: 'broken', detail: code, isCertificate });
});
