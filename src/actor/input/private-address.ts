import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks outside the public internet: private, cloud-internal, reserved. */
const ipv4Networks = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
] as const;
/** Public IPv6 is 2000::/3; these parts of it lead to IPv4 addresses or nowhere. */
const ipv6Networks = [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
] as const;

const privateNetworks = new BlockList();
for (const [network, prefix] of ipv4Networks) privateNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of ipv6Networks) privateNetworks.addSubnet(network, prefix, 'ipv6');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is not on the public internet. Text that is not an address counts as private. */
export function isPrivateAddress(address: string): boolean {
    if (isIP(address) === 4) return privateNetworks.check(address, 'ipv4');
    if (isIP(address) === 6) return !publicIpv6.check(address, 'ipv6') || privateNetworks.check(address, 'ipv6');
    return true;
}

/** The error of a guarded lookup. */
export class PrivateAddressError extends Error {
    override readonly name = 'PrivateAddressError';
    readonly code = 'PRIVATE_ADDRESS';
}

/**
 * Creates a DNS lookup that fails when an address is forbidden. Used for a connection, it checks the address actually
 * connected to: a name may resolve differently each time. IP addresses are not looked up, so call `isHostForbidden`
 * first.
 */
export function createGuardedLookup(isForbidden: (address: string) => boolean): LookupFunction {
    return (hostname, options, callback) => {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
            const [first] = addresses ?? [];
            if (error) callback(error, []);
            else if (!first || addresses.some(({ address }) => isForbidden(address)))
                callback(new PrivateAddressError(`${hostname} is on a private address`), []);
            else if (options.all) callback(null, addresses);
            else callback(null, first.address, first.family);
        });
    };
}

/** Whether a URL's host is a forbidden address, or a name that now resolves to one. An unresolvable name is not. */
export async function isHostForbidden({ hostname }: URL, isForbidden: (address: string) => boolean): Promise<boolean> {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) > 0) return isForbidden(host);
    return new Promise((resolve) => {
        createGuardedLookup(isForbidden)(host, { all: true }, (error) => resolve(error instanceof PrivateAddressError));
    });
}
