import { createHash } from 'node:crypto';

/**
 * What a watch knows a person by. It says whether two addresses are the same and cannot be read back into one by
 * looking at it; 132 bits, so that two people never share one.
 */
export function buildFingerprint(canonicalUrl: string): string {
    return createHash('sha256').update(canonicalUrl).digest('base64url').slice(0, 22);
}
