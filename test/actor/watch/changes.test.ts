import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import { findChanges, mergeWatched, readWatched, type Before, type Watched } from '../../../src/actor/watch/changes.ts';
import { buildWatchStoreName } from '../../../src/actor/watch/watch-store.ts';
import { buildProfile } from '../../helpers/ledger/build-row-draft.ts';

const ada: Before = {
    company: 'Acme',
    title: 'Engineer',
    location: 'Prague, Czechia',
    headline: 'I build',
    seen_at: '2026-06-15T10:00:00.000Z',
};

type Job = { title?: string; company?: string; from?: string | null; to?: string; isCurrent?: boolean | null };

/** The profile of `ada` with these texts replaced and these positions, one group each. */
function profileOf(shown: Partial<Watched> = {}, jobs: Job[] = []): Profile {
    const { company, title, location, headline } = { ...ada, ...shown };
    return buildProfile({
        title,
        headline,
        company: { name: company, linkedin_url: null },
        location: { country: null, state: null, city: null, default: location, short: null },
        position_groups: jobs.map((job) => {
            const { title: name = 'Engineer', company: employer = 'Acme', from = null, to = null } = job;
            const date = { start: from, end: to };
            const position = { title: name, company: employer, location: null, description: null, date };
            return {
                company: { name: employer, linkedin_url: null, logo_url: null },
                date,
                profile_positions: [{ ...position, employment_type: null, is_current: job.isCurrent ?? to === null }],
            };
        }),
    });
}

const meaningsOf = (...profile: Parameters<typeof profileOf>) =>
    findChanges(ada, profileOf(...profile)).map(({ field, meaning }) => [field, meaning]);

describe('changes', () => {
    it('have the field, the old and the new value', () => {
        expect(findChanges(ada, profileOf({ company: 'Beta', title: 'Director' }))).toEqual([
            { field: 'company', from: 'Acme', to: 'Beta', meaning: null },
            { field: 'title', from: 'Engineer', to: 'Director', meaning: null },
        ]);
    });

    it('are none when the page shows less, nor when it shows the same again later', () => {
        const hidden = profileOf({ company: null, title: null, location: null, headline: null });
        expect(findChanges(ada, hidden)).toEqual([]);
        const kept = { ...mergeWatched(ada, hidden), seen_at: ada.seen_at };
        expect(findChanges(kept, profileOf())).toEqual([]);
    });

    it('are none when only whitespace or Unicode normalisation differs', () => {
        const before = { ...ada, title: 'Café  owner' };
        expect(findChanges(before, profileOf({ title: 'Cafe\u0301\u00a0owner ' }))).toEqual([]);
    });

    it('have no old value where none was known', () => {
        expect(findChanges({ ...ada, company: null }, profileOf())).toEqual([
            { field: 'company', from: null, to: 'Acme', meaning: null },
        ]);
    });

    it('leave out fields that are not stored', () => {
        const { company: _, location: __, ...kept } = buildProfile({ title: 'Engineer' });
        expect(readWatched(kept)).toEqual({ company: null, title: 'Engineer', location: null, headline: 'Engineer' });
    });
});

describe('the meaning of a change', () => {
    const formerly = { from: '2020-01', to: '2026-07' };
    it('is a new company where it began when the old one ended, or since the last run', () => {
        const beta = { company: 'Beta', from: '2026-07' };
        expect(meaningsOf({ company: 'Beta' }, [beta, formerly])).toEqual([['company', 'new_company']]);
        expect(meaningsOf({ company: 'Beta' }, [beta])).toEqual([['company', 'new_company']]);
        expect(meaningsOf({ company: 'Beta' }, [{ ...beta, from: '2026' }])).toEqual([['company', 'new_company']]);
    });

    it('is null where another existing job is shown instead', () => {
        const beta = { company: 'Beta', from: '2015-03' };
        expect(meaningsOf({ company: 'Beta' }, [beta, { from: '2020-01' }])).toEqual([['company', null]]);
        expect(meaningsOf({ company: 'Beta' }, [beta, formerly])).toEqual([['company', null]]);
        expect(meaningsOf({ company: 'Beta' }, [beta])).toEqual([['company', null]]);
        expect(meaningsOf({ company: 'Beta' }, [{ ...beta, from: null }])).toEqual([['company', null]]);
        expect(meaningsOf({ company: 'Beta' }, [{ ...beta, isCurrent: null }])).toEqual([['company', null]]);
    });

    it('is a new position where it began after the old one, and null where the old one was renamed', () => {
        const director = { title: 'Director', from: '2026-07' };
        expect(meaningsOf({ title: 'Director' }, [director, { ...formerly }])).toEqual([['title', 'new_position']]);
        expect(meaningsOf({ title: 'Director' }, [{ ...director, from: '2020-01' }])).toEqual([['title', null]]);
    });

    it('is `left` where the company has ended without a new one, reported once', () => {
        const gone = profileOf({ company: null, title: null }, [
            formerly,
            { company: 'Beta', from: '2015', to: '2019' },
        ]);
        expect(findChanges(ada, gone)).toEqual([{ field: 'company', from: 'Acme', to: null, meaning: 'left' }]);
        const kept = { ...mergeWatched(ada, gone), seen_at: '2026-08-01T00:00:00.000Z' };
        expect(findChanges(kept, gone)).toEqual([]);
        const open = { from: '2020-01' };
        expect(meaningsOf({ company: null, title: null }, [formerly, open])).toEqual([]);
        expect(meaningsOf({ company: null, title: null }, [{ ...open, isCurrent: null }])).toEqual([]);
        expect(meaningsOf({ company: null, title: null }, [])).toEqual([]);
    });

    it.each([
        ['Brno, Czechia', 'moved'],
        ['Prague', null],
        ['Prague, Prague, Czechia', null],
    ])('for the location %s is %s', (location, meaning) => {
        const changes = findChanges(ada, profileOf({ location }));
        expect(changes).toMatchObject([{ field: 'location', meaning }]);
    });
});

describe('the store name of a watch', () => {
    it.each([
        ['customers', /^watch-customers-[0-9a-f]{8}$/],
        ['Zákazníci 2026!', /^watch-zakaznici-2026-[0-9a-f]{8}$/],
        ['顧客', /^watch-list-[0-9a-f]{8}$/],
        ['x'.repeat(100), /^watch-x{40}-[0-9a-f]{8}$/],
    ])('is valid for %s', (name, form) => {
        expect(buildWatchStoreName(name)).toMatch(form);
        expect(buildWatchStoreName(name).length).toBeLessThanOrEqual(63);
    });

    it('differs for names with the same slug', () => {
        expect(buildWatchStoreName('my list')).not.toBe(buildWatchStoreName('my-list'));
    });
});
