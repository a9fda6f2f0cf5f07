import { describe, expect, it } from 'vitest';
import { resolveLocation } from '../../../../src/sources/public-page/text/places.ts';
import { refineLocation } from '../../../../src/sources/public-page/text/refine-location.ts';

const mustStayClosed = () => Promise.reject(new Error('the gazetteer was opened'));

describe('refineLocation', () => {
    it.each(['Redmond, Washington, United States', 'Germany', 'a, b, c, d', '12345', '⭐'])(
        'opens no gazetteer for %j, whose text says it all or nothing',
        async (text) => {
            const location = resolveLocation(text);
            await expect(refineLocation(location, 'en', mustStayClosed)).resolves.toEqual(location);
        },
    );

    it('opens no gazetteer without a location', async () => {
        const location = resolveLocation(null);
        await expect(refineLocation(location, 'en', mustStayClosed)).resolves.toEqual(location);
    });

    it('leaves an area with a stated country unchanged', async () => {
        const location = resolveLocation('Greater Portland Area', { countryCode: 'US' });
        await expect(refineLocation(location, 'en')).resolves.toEqual(location);
    });
});
