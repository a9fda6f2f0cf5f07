import type { SourceAccess } from './actor/work.ts';
import type { CommonConfig, ProviderName } from './environment.ts';
import type { SourceName } from './enrichment/result/result.ts';
import type { Source } from './enrichment/source.ts';
import type { ProviderOptions } from './sources/providers/provider-source.ts';
import { createPublicPageSource } from './sources/public-page/public-page-source.ts';
import { systemClock } from './runtime/clock.ts';

/** Opens a source by name. Modules that few runs need are imported on demand. */
export async function openSource(
    name: SourceName,
    { proxy, sessionMaxUses, onRequest, api, key }: SourceAccess,
    config: Pick<CommonConfig, 'publicPageOrigin' | 'providerOrigins' | 'httpClient'>,
): Promise<Source> {
    switch (name) {
        case 'public-page':
            return createPublicPageSource({
                origin: config.publicPageOrigin,
                proxy,
                client: config.httpClient,
                ...(sessionMaxUses === undefined ? {} : { sessionMaxUses }),
                clock: systemClock,
                ...(onRequest ? { onRequest } : {}),
            });
        case 'enrichment-api': {
            if (!api) throw new Error('the enrichment API needs an address');
            const { createEnrichmentApiSource } = await import('./sources/enrichment-api-source.ts');
            return createEnrichmentApiSource({ ...api, clock: systemClock });
        }
        case 'sandbox':
            return (await import('./sources/sandbox/sandbox-site.ts')).createSandboxSource(
                systemClock,
                onRequest ? { onRequest } : {},
            );
        case 'sandbox-provider':
            return (await import('./sources/sandbox/sandbox-provider.ts')).createSandboxProvider();
        case 'ai-ark':
            return (await import('./sources/providers/ai-ark.ts')).createAiArkSource(providerOptions(name));
        case 'enrich-layer':
            return (await import('./sources/providers/enrich-layer.ts')).createEnrichLayerSource(providerOptions(name));
        case 'people-data-labs':
            return (await import('./sources/providers/people-data-labs.ts')).createPeopleDataLabsSource(
                providerOptions(name),
            );
    }

    function providerOptions(provider: ProviderName): ProviderOptions {
        if (key === null) throw new Error(`${provider} needs a key`);
        const origin = config.providerOrigins[provider];
        return {
            apiKey: key.value,
            keyName: key.name,
            clock: systemClock,
            ...(origin === undefined ? {} : { origin }),
        };
    }
}
