import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseInput } from '../../src/actor/input/input.ts';
import { profileFoundEvent } from '../../src/actor/ledger/charger.ts';
import { itemSchema } from '../../src/actor/ledger/item.ts';

const page = readFileSync('.actor/README.md', 'utf8');
const events = JSON.parse(readFileSync('.actor/pay_per_event.json', 'utf8')) as Record<
    string,
    { eventPriceUsd: number; isPrimaryEvent: boolean }
>;

/** The fenced examples in a language. */
const examplesIn = (language: string) =>
    [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, text]) => (name === language ? [text ?? ''] : []));

describe('the Store page', () => {
    it('has no relative links or images', () => {
        const addresses = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, address]) => address ?? '');
        expect(addresses.length).toBeGreaterThan(5);
        for (const address of addresses) expect(address).toMatch(/^https:\/\//);
        for (const [, path = ''] of page.matchAll(/githubusercontent\.com\/OWNER\/REPO\/main\/([^)]*)/g))
            expect(existsSync(path), path).toBe(true);
        for (const [, path = ''] of page.matchAll(/github\.com\/OWNER\/REPO\/blob\/main\/([^)]*)/g))
            expect(existsSync(path), path).toBe(true);
    });

    it('has headings of levels two and three only, as the Store requires', () => {
        const levels = [...page.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^(#+) /gm)].map(
            ([, marks]) => marks?.length,
        );
        expect(new Set(levels)).toEqual(new Set([2, 3]));
        expect(levels[0]).toBe(2);
    });

    it('states the price of the pricing: one event, no price per row', () => {
        expect(Object.keys(events)).toEqual([profileFoundEvent]);
        const { eventPriceUsd = 0, isPrimaryEvent } = events[profileFoundEvent] ?? {};
        expect(isPrimaryEvent).toBe(true);
        expect(page).toContain(`**$${eventPriceUsd} per profile found**, which is $${eventPriceUsd * 1000} for 1,000`);
    });

    it('has example tasks whose inputs raise no warning', () => {
        const publishing = readFileSync('docs/publishing.md', 'utf8');
        const inputs = [...publishing.matchAll(/\| `(\{.*\})`/g)].map(([, text]) => JSON.parse(text ?? '') as unknown);
        expect(inputs).toHaveLength(4);
        for (const input of inputs) expect(parseInput(input)).toMatchObject({ ok: true, warnings: [] });
    });

    it('shows an input that raises no warning and a row as runs write it', () => {
        const [input = '', row = ''] = examplesIn('json');
        expect(parseInput(JSON.parse(input))).toMatchObject({ ok: true, warnings: [] });
        const { profile, meta, ...rest } = itemSchema.shape;
        const shown = JSON.parse(row) as { profile: object; meta: object };
        expect(profile.partial().strict().safeParse(shown.profile).error).toBeUndefined();
        expect(meta.partial().strict().safeParse(shown.meta).error).toBeUndefined();
        for (const name of Object.keys(shown)) expect(Object.keys({ profile, meta, ...rest })).toContain(name);
    });
});
