import { generate } from 'selfsigned';

/** A test authority, and a server's certificate and key signed by it; all in PEM. */
export type Certificates = { authority: string; cert: string; key: string };

const names = ['*.linkedin.com', 'linkedin.com', '*.linkedin.cn', 'linkedin.cn', 'profiles.test', 'localhost'];

/** Creates an authority and a certificate for LinkedIn's names, `localhost` and 127.0.0.1. */
export async function createCertificates(): Promise<Certificates> {
    const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
        extensions: [
            { name: 'basicConstraints', cA: true, critical: true },
            { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ],
    });
    const leaf = await generate([{ name: 'commonName', value: 'www.linkedin.com' }], {
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
            { name: 'basicConstraints', cA: false },
            { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
            { name: 'extKeyUsage', serverAuth: true },
            {
                name: 'subjectAltName',
                altNames: [
                    ...names.map((value) => ({ type: 2 as const, value })),
                    { type: 7 as const, ip: '127.0.0.1' },
                ],
            },
        ],
    });
    return { authority: authority.cert, cert: leaf.cert, key: leaf.private };
}
