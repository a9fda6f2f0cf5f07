import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';

/**
 * A new `meta.request_id`: `req_` and a ULID. Node keeps a store of random numbers for `randomInt`; the default asks for
 * each of the sixteen.
 */
export function newRequestId(): string {
    return `req_${ulid(undefined, () => randomInt(2 ** 32) / 2 ** 32)}`;
}
