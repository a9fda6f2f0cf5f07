import { parseProfileUrl } from './profile-url.ts';
import type { Profile } from './profile.ts';

/**
 * The profile without the people in `suppressed` (canonical URLs): who asked to be left alone is not stored as
 * somebody's similar profile or recommender either.
 */
export function leaveOutPeople(profile: Profile, suppressed: ReadonlySet<string>): Profile {
    if (suppressed.size === 0) return profile;
    const isSuppressed = (url: string | null) => {
        const parsing = url === null ? null : parseProfileUrl(url);
        return parsing?.ok === true && suppressed.has(parsing.profileUrl.canonicalUrl);
    };
    return {
        ...profile,
        related_profiles: profile.related_profiles.filter(({ linkedin_url: url }) => !isSuppressed(url)),
        recommendations: profile.recommendations.filter(({ author_url: url }) => !isSuppressed(url)),
    };
}
