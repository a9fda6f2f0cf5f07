import { describe, expect, it } from 'vitest';
import { findChanges, mergeWatched, readWatched, type Watched } from '../../../src/actor/watch/changes.ts';
import { buildWatchStoreName } from '../../../src/actor/watch/watch-store.ts';
import { buildProfile } from '../../helpers/build-row-draft.ts';

const ada: Watched = { company: 'Acme', title: 'Engineer', location: 'Prague', headline: 'I build' };

describe('what changed', () => {
    it('is named by field, with the old and the new', () => {
        expect(findChanges(ada, { ...ada, company: 'Beta', title: 'Director' })).toEqual([
            { field: 'company', from: 'Acme', to: 'Beta' },
            { field: 'title', from: 'Engineer', to: 'Director' },
        ]);
    });

    it('is nothing when the page shows less, and nothing again when it shows the same later', () => {
        const hidden: Watched = { company: null, title: null, location: null, headline: null };
        expect(findChanges(ada, hidden)).toEqual([]);
        expect(findChanges(mergeWatched(ada, hidden), ada)).toEqual([]);
    });

    it('is nothing when only spaces or the encoding of letters differ', () => {
        expect(findChanges({ ...ada, title: 'Café  owner' }, { ...ada, title: 'Cafe\u0301\u00a0owner ' })).toEqual([]);
    });

    it('has no old value where none was known', () => {
        expect(findChanges({ ...ada, company: null }, ada)).toEqual([{ field: 'company', from: null, to: 'Acme' }]);
    });

    it('leaves out what was not to be stored', () => {
        const { company: _, location: __, ...kept } = buildProfile({ title: 'Engineer' });
        expect(readWatched(kept)).toEqual({ company: null, title: 'Engineer', location: null, headline: 'Engineer' });
    });
});

describe('the name of the storage', () => {
    it.each([
        ['customers', /^watch-customers-[0-9a-f]{8}$/],
        ['Zákazníci 2026!', /^watch-zakaznici-2026-[0-9a-f]{8}$/],
        ['顧客', /^watch-list-[0-9a-f]{8}$/],
        ['x'.repeat(100), /^watch-x{40}-[0-9a-f]{8}$/],
    ])('for %s is one that a storage takes', (name, form) => {
        expect(buildWatchStoreName(name)).toMatch(form);
        expect(buildWatchStoreName(name).length).toBeLessThanOrEqual(63);
    });

    it('differs for names that are spelt alike', () => {
        expect(buildWatchStoreName('my list')).not.toBe(buildWatchStoreName('my-list'));
    });
});
