import type { RowDraft } from '../../../src/actor/ledger/row.ts';
import { measureCompleteness } from '../../../src/enrichment/result/profile-content.ts';
import { buildCanonicalUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';

/** A minimal profile. */
export function buildProfile(changes: Partial<Profile> = {}): Profile {
    return {
        identifier: 'example-1',
        full_name: 'Ada Example',
        first_name: 'Ada',
        last_name: 'Example',
        title: null,
        headline: 'Engineer',
        summary: null,
        company: { name: null, linkedin_url: null },
        location: { country: null, state: null, city: null, default: null, short: null },
        industry: null,
        picture_url: null,
        background_url: null,
        followers_count: null,
        connections_count: null,
        skills: [],
        position_groups: [],
        educations: [],
        languages: [],
        certifications: [],
        volunteer_experiences: [],
        publications: [],
        projects: [],
        courses: [],
        awards: [],
        recommendations: [],
        recommendations_count: null,
        articles: [],
        patents: [],
        organizations: [],
        test_scores: [],
        services: [],
        websites: [],
        related_profiles: [],
        badges: null,
        department: null,
        sections_available: [],
        masked_sections: [],
        ...changes,
    };
}

/** A row for the ledger; a profile found by default. */
export function buildRowDraft(
    inputIndex: number,
    status: 'success' | 'not_found' | 'error' = 'success',
    handle = `person-${inputIndex}`,
): RowDraft {
    const answered = {
        url: `linkedin.com/in/${handle}`,
        canonical_url: buildCanonicalUrl(handle),
        line: inputIndex + 1,
        input_index: inputIndex,
        duplicate_urls: [],
        duplicate_count: 0,
        duplicate_of: null,
        meta: {
            request_id: 'req_01ARZ3NDEKTSV4RRFFQ69G5FAV',
            api: 'linkedin-profile-enrichment' as const,
            version: '1.0.0',
            mode: 'live' as const,
            credits_used: 0,
            credits_remaining: null,
            duration_ms: 1,
            attempts: 1,
            source: 'public-page' as const,
            sources_tried: [{ source: 'public-page' as const, outcome: 'found' as const, attempts: 1 }],
            data_as_of: null,
            fetched_at: '2026-01-01T00:00:00.000Z',
        },
    };
    if (status === 'success') {
        const profile = buildProfile({ identifier: handle });
        const meta = { ...answered.meta, is_partial: false, ...measureCompleteness(profile) };
        return { ...answered, status, profile, company_details: null, meta };
    }
    if (status === 'not_found') return { ...answered, status };
    return { ...answered, status, code: 'upstream_error', message: 'The source refused.' };
}
