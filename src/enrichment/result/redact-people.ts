import { parseProfileUrl } from '../profile-url/profile-url.ts';
import type { Profile } from './profile.ts';

/** The canonical URLs of the other people named in a profile: related profiles and recommenders. */
export function listNamedPeople({ related_profiles: related, recommendations }: Profile): string[] {
    const urls = [...related.map((person) => person.linkedin_url), ...recommendations.map((one) => one.author_url)];
    return urls.flatMap((url) => canonicalUrlOf(url) ?? []);
}

/** Removes the people in `suppressed` (canonical URLs) from a profile's related profiles and recommendations. */
export function redactPeople(profile: Profile, suppressed: ReadonlySet<string>): Profile {
    if (suppressed.size === 0) return profile;
    const isWanted = (url: string | null) => !suppressed.has(canonicalUrlOf(url) ?? '');
    return {
        ...profile,
        related_profiles: profile.related_profiles.filter(({ linkedin_url: url }) => isWanted(url)),
        recommendations: profile.recommendations.filter(({ author_url: url }) => isWanted(url)),
    };
}

function canonicalUrlOf(url: string | null): string | null {
    const parsing = url === null ? null : parseProfileUrl(url);
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}
