import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';

/**
 * A new `meta.request_id`: `req_` and a ULID. `randomInt` buffers random bytes; the default of `ulid` makes sixteen
 * calls.
 */
export function newRequestId(): string {
    return `req_${ulid(undefined, () => randomInt(2 ** 32) / 2 ** 32)}`;
}
