import type { SourceAccess } from './actor/start.ts';
import type { Config } from './config.ts';
import type { SourceName } from './enrichment/result.ts';
import type { Source } from './enrichment/source.ts';
import { createPublicPageSource } from './sources/public-page/public-page-source.ts';
import { systemClock } from './runtime/clock.ts';

/** Opens one source by its name. Those that few runs ask are loaded when they are asked for. */
export async function openSource(
    name: SourceName,
    { proxy, api, key }: SourceAccess,
    config: Pick<Config, 'publicPageOrigin'>,
): Promise<Source> {
    switch (name) {
        case 'public-page':
            return createPublicPageSource({ origin: config.publicPageOrigin, proxy, clock: systemClock });
        case 'enrichment-api': {
            if (!api) throw new Error('the enrichment API is asked without its address');
            const { createEnrichmentApiSource } = await import('./sources/enrichment-api/enrichment-api-source.ts');
            return createEnrichmentApiSource({ ...api, clock: systemClock });
        }
        case 'sandbox': {
            const { createSandboxSource } = await import('./sources/sandbox/sandbox-source.ts');
            return createSandboxSource(systemClock);
        }
        case 'sandbox-provider':
        case 'ai-ark':
        case 'enrich-layer':
        case 'people-data-labs':
            throw new Error(`no source ${name}${key ? '' : ''}`);
    }
}
