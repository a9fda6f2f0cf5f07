import { readFileSync } from 'node:fs';
import type { ActorInput } from '../actor/input/input.ts';
import { itemSchema } from '../actor/ledger/item.ts';
import { enrichPath } from '../api/app.ts';
import { buildOpenApiDocument } from '../api/openapi.ts';
import { describeFields } from './dataset-fields.ts';
import { datasetViews } from './dataset-views.ts';

/**
 * The definition files that are made from the code's own schemas, by their paths. `npm run definitions` writes them, and
 * a test holds them to these.
 */
export function buildDefinitions(): Record<string, unknown> {
    return {
        '.actor/dataset_schema.json': {
            actorSpecification: 1,
            title: 'Profiles',
            description: 'One row for each line of the list, with the profile where one was found.',
            fields: describeFields(itemSchema),
            views: datasetViews,
        },
        'standby/.actor/input_schema.json': buildStandbyInput(),
        // Console asks the Actor's own address; only the sample programs name one.
        'standby/.actor/openapi.json': {
            ...buildOpenApiDocument({ enrichPath, hasAccounts: false, origin: sampleStandbyOrigin }),
            servers: [{ url: '/' }],
        },
    };
}

/** An address such as Apify gives an Actor in Standby. */
export const sampleStandbyOrigin = 'https://me--linkedin-profile-details-standby.apify.actor';

/** Fields of the input that say how Standby answers; everything else about a list is for the Actor that works lists off. */
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

/** The same fields as in the Actor's own form, without samples: what stands in them answers real requests. */
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
        description:
            'How requests are answered: where profiles come from, what is shown of them, and who is left alone.',
        properties: Object.fromEntries(properties) as unknown,
        required: [],
    };
}
