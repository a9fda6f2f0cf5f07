import { createHash } from 'node:crypto';
import { sourceNames, type SourceName } from '../../enrichment/result.ts';

/**
 * What a watch knows a person by, as one source shows them: sources disagree, and a change is a change only against
 * what the same source said before. It says whether two addresses are the same and cannot be read back into one by
 * looking at it; 132 bits, so that two people never share one.
 */
export function buildFingerprint(canonicalUrl: string, source: SourceName = 'public-page'): string {
    const isPage = source === 'public-page' || source === 'sandbox';
    const text = isPage ? canonicalUrl : `${source} ${canonicalUrl}`;
    return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** A person's fingerprints at every source. */
export function listFingerprints(canonicalUrl: string): string[] {
    return [...new Set(sourceNames.map((source) => buildFingerprint(canonicalUrl, source)))];
}
