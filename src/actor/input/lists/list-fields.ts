/** The fields that hold lists of addresses; the first is the one that messages name. */
export const addressFields = ['profileUrls', 'urls', 'linkedinUrls', 'profiles', 'queries'] as const;

/** The fields that hold lists of handles. */
export const handleFields = ['usernames', 'publicIdentifiers'] as const;
