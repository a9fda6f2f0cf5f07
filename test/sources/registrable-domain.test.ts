import { expect, it } from 'vitest';
import { readRegistrableDomain } from '../../src/sources/registrable-domain.ts';

it.each([
    ['https://www.acme.com/about', 'acme.com'],
    ['http://SHOP.acme.co.uk', 'acme.co.uk'],
    ['https://acme.github.io/x', 'acme.github.io'],
    ['https://acme.com.au:8080', 'acme.com.au'],
    ['https://münchen.example.de', 'example.de'],
    ['acme.io', 'acme.io'],
    ['https://www.linkedin.com/company/acme', null],
    ['https://bit.ly/3DLEokh', null],
    ['https://goo.gle/3DLEokh', null],
    ['https://lnkd.in/x', null],
    ['https://linktr.ee/acme', null],
    ['https://127.0.0.1/', null],
    ['https://localhost/', null],
    ['https://co.uk/', null],
    ['no address', null],
    [null, null],
])('the domain of %s is %s', (website, domain) => {
    expect(readRegistrableDomain(website)).toBe(domain);
});
