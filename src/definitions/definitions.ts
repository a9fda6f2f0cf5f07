import { readFileSync } from 'node:fs';
import type { ActorInput } from '../actor/input/input.ts';
import { itemSchema } from '../actor/ledger/item.ts';
import { enrichPath } from '../api/app.ts';
import { buildOpenApiDocument } from '../api/openapi/openapi.ts';
import { describeFields } from './dataset-fields.ts';
import { datasetViews } from './dataset-views.ts';

/** The definition files built from the code's schemas, by path. `npm run definitions` writes them; a test compares. */
export function buildDefinitions(): Record<string, unknown> {
    return {
        '.actor/dataset_schema.json': {
            actorSpecification: 1,
            title: 'Profiles',
            description: 'One row per profile, and one per line that is not a profile URL or failed.',
            fields: describeFields(itemSchema),
            views: datasetViews,
        },
        'standby/.actor/input_schema.json': buildStandbyInput(),
        // Console sends requests to the Actor's own address; only the sample programs need a host.
        'standby/.actor/openapi.json': {
            ...buildOpenApiDocument({ enrichPath, hasAccounts: false, origin: sampleStandbyOrigin }),
            servers: [{ url: '/' }],
        },
    };
}

/** The form of address that Apify gives an Actor in Standby. */
export const sampleStandbyOrigin = 'https://me--linkedin-profile-details-standby.apify.actor';

/** The input fields with an effect in Standby; the others are about lists. */
export const standbyFields = [
    'mode',
    'fields',
    'suppressedUrls',
    'suppressionListId',
    'sources',
    'maxProviderLookups',
    'askProvidersForNotFound',
    'aiArkApiKey',
    'enrichLayerApiKey',
    'peopleDataLabsApiKey',
    'apiBaseUrl',
    'apiKey',
    'proxyConfiguration',
    'sessionMaxUses',
    'maxRequestsPerSecond',
    'maxConcurrency',
    'maxAttempts',
    'timeoutSecs',
] as const satisfies Array<keyof ActorInput>;

/** The same fields as in the Actor's form, without samples, which would answer real requests. */
function buildStandbyInput(): Record<string, unknown> {
    const schema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as { properties: Record<string, object> };
    const properties = standbyFields.map((name) => {
        const { prefill: _sample, ...field } = { prefill: null, ...schema.properties[name] };
        return [name, field];
    });
    return {
        title: 'LinkedIn Profile Details: Standby',
        type: 'object',
        schemaVersion: 1,
        description: 'How requests are answered: the sources of profiles, the fields shown, and the people excluded.',
        properties: Object.fromEntries(properties) as unknown,
        required: [],
    };
}
