import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { profileSections } from '../../../src/enrichment/result/profile.ts';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { readExamplePage } from '../../helpers/pages/read-page.ts';

const pageOf = (number: number, kind: 'example' | 'masked' | 'unknown' | 'bare' = 'example') =>
    renderPage(generatePerson(`${kind}-${number}`, { kind, number }));

describe('a person of the sandbox', () => {
    it('is the same for the same number', () => {
        const people = [1, 2, 42, 4999].map((number) => {
            const { achievements: _, ...person } = generatePerson(`example-${number}`, { kind: 'example', number });
            return person;
        });
        const hash = createHash('sha256').update(JSON.stringify(people)).digest('hex').slice(0, 16);
        expect(hash).toBe('a901e49a4dc0e968');
        expect(pageOf(7)).toBe(pageOf(7));
    });

    it('has every section of a profile, and all are read', async () => {
        for (const number of [1, 2, 3, 40]) {
            const reading = await readExamplePage(pageOf(number));
            expect(reading).toMatchObject({
                kind: 'found',
                profile: { sections_available: profileSections },
                unreadSections: [],
            });
        }
    });

    it('has another position in every run when changed, even within a second', () => {
        const titleAt = (startedAt: number) =>
            generatePerson('changed-1', { kind: 'changed', number: 1 }, startedAt).jobs[0]?.positions[0]?.title;
        const second = Date.UTC(2026, 10, 26, 20, 52, 13);
        expect(titleAt(second)).toMatch(/ since 2026-11-26 20:52:13\.000$/);
        expect(titleAt(second + 1)).not.toBe(titleAt(second));
    });

    it('has little when bare, and no asterisks when masked', async () => {
        const bare = await readExamplePage(pageOf(1, 'bare'));
        expect(bare).toMatchObject({ kind: 'found', profile: { sections_available: [] }, unreadSections: [] });
        for (const kind of ['masked', 'unknown'] as const) {
            const masked = await readExamplePage(pageOf(1, kind));
            expect(masked).toMatchObject({ kind: 'found', profile: { title: null }, unreadSections: [] });
            expect(JSON.stringify(masked)).not.toContain('**');
        }
    });
});
