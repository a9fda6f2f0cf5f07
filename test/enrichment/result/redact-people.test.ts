import { expect, it } from 'vitest';
import { redactPeople } from '../../../src/enrichment/result/redact-people.ts';
import { buildProfile } from '../../helpers/ledger/build-row-draft.ts';

it('removes suppressed people from other profiles, in any spelling', () => {
    const profile = buildProfile({
        related_profiles: [
            { full_name: 'Eve', headline: null, location: null, linkedin_url: 'https://uk.linkedin.com/in/Eve?trk=x' },
            { full_name: 'Bob', headline: null, location: null, linkedin_url: 'https://www.linkedin.com/in/bob' },
        ],
        recommendations: [
            { author: 'Eve', author_url: 'https://www.linkedin.com/in/eve', text: 'Good.' },
            { author: null, author_url: null, text: 'Better.' },
        ],
    });
    const kept = redactPeople(profile, new Set(['https://www.linkedin.com/in/eve/']));
    expect(kept.related_profiles.map((person) => person.full_name)).toEqual(['Bob']);
    expect(kept.recommendations.map(({ text }) => text)).toEqual(['Better.']);
});
