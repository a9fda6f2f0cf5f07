import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../../src/enrichment/result/profile.ts';
import { readExamplePage } from '../../../helpers/pages/read-page.ts';
import type { CorpusCase } from './corpus-case.ts';
import { drift } from './drift.ts';
import { historyTraps } from './history-traps.ts';
import { jsonLdTraps } from './json-ld-traps.ts';
import { textTraps } from './text-traps.ts';
import { topCardTraps } from './top-card-traps.ts';

/** Checks the expected values, lists in full. */
function expectFields(profile: Record<string, unknown>, expected: CorpusCase['expected']): void {
    const fields = Object.fromEntries(Object.keys(expected).map((field) => [field, profile[field]]));
    expect(fields).toMatchObject(expected);
}

describe.each<[string, CorpusCase[]]>([
    ['texts', textTraps],
    ['the top card', topCardTraps],
    ['work and schools', historyTraps],
    ['structured data', jsonLdTraps],
    ['changed layouts', drift],
])('%s', (_topic, cases) => {
    it.each(cases)('$name', async ({ page, expected, unread = [] }) => {
        const reading = await readExamplePage(page);
        expect(reading).toMatchObject({ kind: 'found' });
        if (reading.kind !== 'found') return;
        expectFields(profileSchema.parse(reading.profile), expected);
        expect(reading.unreadSections).toEqual(unread);
    });
});
