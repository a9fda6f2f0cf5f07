import { describe, expect, it } from 'vitest';
import { resolveLocation } from '../../../../src/sources/public-page/text/places.ts';
import { settlePlace } from '../../../../src/sources/public-page/text/settle-place.ts';

const mustStayClosed = () => Promise.reject(new Error('the gazetteer was opened'));

describe('settlePlace', () => {
    it.each([
        'Redmond, Washington, United States',
        'Germany',
        'Greater London, England, United Kingdom',
        'a, b, c, d',
        '12345',
        '⭐',
    ])('opens no gazetteer for %j, whose text says it all or nothing', async (text) => {
        const location = resolveLocation(text);
        await expect(settlePlace(location, { language: 'en', openGazetteer: mustStayClosed })).resolves.toEqual(
            location,
        );
    });

    it('opens none when no place is shown, or when the page states the country of a lone name', async () => {
        for (const location of [
            resolveLocation(null),
            resolveLocation('Greater Seattle Area', { countryCode: 'US' }),
        ]) {
            const settled = await settlePlace(location, { language: 'en', openGazetteer: mustStayClosed });
            expect(settled).toEqual(location);
        }
    });
});
