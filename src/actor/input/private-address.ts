import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether an IP address is not on the public internet. Text that is not an address counts as private. */
export function isPrivateAddress(address: string): boolean {
    return isIP(address) === 0 || ipaddr.parse(address).range() !== 'unicast';
}

/** The error of a guarded lookup. */
export class PrivateAddressError extends Error {
    override readonly name = 'PrivateAddressError';
    readonly code = 'PRIVATE_ADDRESS';
}

/**
 * Creates a DNS lookup that fails when an address is forbidden. Used for a connection, it checks the address actually
 * connected to: a name may resolve differently each time. IP addresses are not looked up, so call `isHostPrivate`
 * first.
 */
export function createGuardedLookup(isForbidden = isPrivateAddress): LookupFunction {
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

/** Whether a URL's host is a private address, or a name that now resolves to one. An unresolvable name is not. */
export async function isHostPrivate({ hostname }: URL): Promise<boolean> {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) > 0) return isPrivateAddress(host);
    return new Promise((resolve) => {
        createGuardedLookup()(host, { all: true }, (error) => resolve(error instanceof PrivateAddressError));
    });
}
