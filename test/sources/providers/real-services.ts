import { describe } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { createAiArkSource } from '../../../src/sources/providers/ai-ark.ts';
import { createEnrichLayerSource } from '../../../src/sources/providers/enrich-layer.ts';
import { createPeopleDataLabsSource } from '../../../src/sources/providers/people-data-labs.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { itKeepsTheServiceContract } from './service-contract.ts';

/** A handle that the providers know and that may be looked up; costs one lookup at each provider. */
const knownHandle = process.env['TEST_PROFILE'] ?? '';

const { providerOrigins } = readConfig();

const services = [
    { name: 'ai-ark', title: 'AI Ark', variable: 'AI_ARK_API_KEY', create: createAiArkSource },
    { name: 'enrich-layer', title: 'Enrich Layer', variable: 'ENRICH_LAYER_API_KEY', create: createEnrichLayerSource },
    {
        name: 'people-data-labs',
        title: 'People Data Labs',
        variable: 'PDL_API_KEY',
        create: createPeopleDataLabsSource,
    },
] as const;

for (const { name, title, variable, create } of services) {
    const origin = providerOrigins[name];
    const apiKey = process.env[variable] ?? '';
    const missing = [variable, 'TEST_PROFILE'].filter((one) => !process.env[one]);
    if (missing.length > 0) console.warn(`SKIPPED: the real ${title} was not asked. Set ${missing.join(' and ')}.`);
    describe.skipIf(missing.length > 0)(`the real ${title}`, () => {
        itKeepsTheServiceContract(() => ({
            open: (key) => create({ apiKey: key, clock: systemClock, ...(origin === undefined ? {} : { origin }) }),
            apiKey,
            knownHandle,
            unknownHandle: 'nobody-has-this-handle-4f1c9a',
        }));
    });
}
