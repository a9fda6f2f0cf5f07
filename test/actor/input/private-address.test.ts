import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../../src/actor/input/private-address.ts';

describe('a private address', () => {
    it.each([
        '0.0.0.0',
        '10.1.2.3',
        '100.64.0.1',
        '100.127.255.255',
        '127.0.0.2',
        '169.254.169.254',
        '172.31.255.255',
        '192.168.0.1',
        '198.19.0.1',
        '224.0.0.1',
        '255.255.255.255',
        '::',
        '::1',
        '::ffff:10.0.0.1',
        '::ffff:8.8.8.8',
        '64:ff9b::a00:1',
        'fc00::1',
        'fd12::1',
        'fe80::1',
        'ff02::1',
        '2002:a00:1::',
        '203.0.113.1',
        '192.88.99.1',
        '100::1',
        'fec0::1',
        'fe80::1%eth0',
        '2001:db8::1',
        'localhost',
        '',
    ])('is %s', (address) => {
        expect(isPrivateAddress(address)).toBe(true);
    });

    it.each([
        '1.1.1.1',
        '100.63.255.255',
        '100.128.0.1',
        '172.32.0.1',
        '198.20.0.1',
        '2606:4700::1111',
        '2a00:1450::8',
    ])('is not %s', (address) => {
        expect(isPrivateAddress(address)).toBe(false);
    });
});
