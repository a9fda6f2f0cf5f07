import { describe, expect, it } from 'vitest';
import { resolveLocation } from '../../src/enrichment/location.ts';

const read = (text: string, language = 'en') => {
    const { country, state, city, short } = resolveLocation(text, { language });
    return [country, state, city, short];
};

describe('resolveLocation', () => {
    it.each([
        ['Redmond, Washington, United States', 'en', ['US', 'Washington', 'Redmond', 'Redmond, Washington']],
        ['Munich, Bavaria, Germany', 'en', ['DE', 'Bavaria', 'Munich', 'Munich, Bavaria']],
        ['München, Bayern, Deutschland', 'de', ['DE', 'Bayern', 'München', 'München, Bayern']],
        ['São Paulo, São Paulo, Brasil', 'pt', ['BR', 'São Paulo', 'São Paulo', 'São Paulo, São Paulo']],
        ['Prague, Czechia', 'en', ['CZ', null, null, 'Prague']],
        ['London, England, United Kingdom', 'en', ['GB', 'England', 'London', 'London, England']],
        ['United States', 'en', ['US', null, null, 'United States']],
        ['Greater Seattle Area', 'en', [null, null, null, 'Greater Seattle Area']],
        ['Springfield', 'en', [null, null, null, 'Springfield']],
        ['Remote', 'en', [null, null, null, 'Remote']],
    ])('reads %s (%s)', (text, language, expected) => expect(read(text, language)).toEqual(expected));

    it('always gives the line as shown', () => {
        expect(resolveLocation('Greater Paris Metropolitan Region').default).toBe('Greater Paris Metropolitan Region');
    });

    it('takes the country that the page states beside a text that names none', () => {
        expect(resolveLocation('Greater Seattle Area', { countryCode: 'US' }).country).toBe('US');
    });

    it('knows nothing of a place that is not shown', () => {
        expect(resolveLocation(null)).toEqual({ country: null, state: null, city: null, default: null, short: null });
    });
});
