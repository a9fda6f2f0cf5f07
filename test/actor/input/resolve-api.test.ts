import { describe, expect, it } from 'vitest';
import { parseInput } from '../../../src/actor/input/input.ts';
import { resolveApi } from '../../../src/actor/input/resolve-api.ts';

const names = ['enrichment-api'] as const;
const resolve = (
    apiBaseUrl: string | undefined,
    { isAtHome = true, baseUrl }: { isAtHome?: boolean; baseUrl?: string } = {},
) =>
    resolveApi(
        { apiKey: 'atm_live_x', ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }) },
        { names: [...names] },
        { defaults: baseUrl === undefined ? {} : { baseUrl }, isAtHome },
    );

describe('the address of an enrichment API', () => {
    it.each([
        'https://user:canary@api.example.com',
        'https://:canary@api.example.com',
        'https://canary@api.example.com/',
        'https://api.example.com?',
        'https://api.example.com/v1?key=canary',
        'https://api.example.com#',
        'https://api.example.com/#canary',
        'ftp://api.example.com',
        'canary',
    ])('is rejected as %s, without repeating it', (apiBaseUrl) => {
        const parsing = parseInput({ profileUrls: ['ada'], sources: ['enrichment-api'], apiBaseUrl });
        expect(parsing).toMatchObject({
            ok: false,
            message:
                'The input field `apiBaseUrl` takes the address of an enrichment API, such as https://api.example.com, without user name, password, `?` or `#`. Correct it and run again.',
        });
    });

    it.each(['https://api.example.com', ' https://api.example.com/base/ ', 'http://localhost:8080'])(
        'is taken as %s',
        (apiBaseUrl) => {
            expect(parseInput({ profileUrls: ['ada'], apiBaseUrl })).toMatchObject({ ok: true });
        },
    );

    it.each([
        'http://127.0.0.1:8080',
        'http://[::1]/',
        'http://10.1.2.3/',
        'http://169.254.169.254/latest',
        'http://0x7f000001/',
        'http://localhost:8080',
    ])('may not be %s on the platform, inside its network', async (address) => {
        await expect(resolve(address)).rejects.toMatchObject({
            name: 'InputError',
            message: expect.stringMatching(/^The address in `apiBaseUrl` is private, .* Give the public address/),
        });
        // Locally it is the user's network, and the operator's settings are trusted.
        expect(await resolve(address, { isAtHome: false })).toEqual({ baseUrl: address, apiKey: 'atm_live_x' });
        expect(await resolve(undefined, { baseUrl: address })).toEqual({ baseUrl: address, apiKey: 'atm_live_x' });
    });

    it('is checked again for each connection, in case the name resolves to a private address by then', async () => {
        const api = await resolve('https://8.8.8.8/');
        const refusal = await new Promise((done) => {
            api?.lookup?.('localhost', { all: true }, (error) => done(error));
        });
        expect(refusal).toMatchObject({ code: 'PRIVATE_ADDRESS' });
    });
});
