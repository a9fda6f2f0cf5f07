/** Input fields with lists of addresses; messages name the first. */
export const addressFields = ['profileUrls', 'urls', 'linkedinUrls', 'profiles', 'queries'] as const;

/** Input fields with lists of handles. */
export const handleFields = ['usernames', 'publicIdentifiers'] as const;
