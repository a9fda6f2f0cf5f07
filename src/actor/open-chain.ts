import type { Clock } from '../enrichment/clock.ts';
import { createCompanies, runMemory, type Companies, type CompaniesOptions } from '../enrichment/companies.ts';
import { createPacer, type Pacer } from '../enrichment/pacer.ts';
import type { SourceName } from '../enrichment/result/result.ts';
import type { RequestRecord, Source } from '../enrichment/source.ts';
import type { ChainLink } from '../enrichment/chain-link.ts';
import { createSourceChain, type SourceChain, type SourceChainOptions } from '../enrichment/source-chain.ts';
import type { ActorInput } from './input/input.ts';
import type { ApiAccess } from './input/resolve-api.ts';
import type { ProviderKey, SourcePlan } from './input/sources.ts';
import type { Lookups } from './ledger/lookups.ts';
import type { Lifecycle } from './platform/lifecycle.ts';

/** What opening a source may need. */
export type SourceAccess = {
    /** Null without a proxy. */
    proxy: { newUrl(sessionId?: string): Promise<string | undefined> } | null;
    /** Page views per LinkedIn session. */
    sessionMaxUses?: number;
    /** Called after each request to LinkedIn. */
    onRequest?: (record: RequestRecord) => void;
    /** The HTTP API; `runKey` identifies this run for as long as it can be resumed. */
    api: (ApiAccess & { runKey: string }) | null;
    /** The API key of the provider. */
    key: ProviderKey | null;
};

/** `companies` is null where company details are not requested or no source has company pages. */
export type OpenedChain = { chain: SourceChain; companies: Companies | null };

/** Opens the sources of a run in order; each provider has its own pacer. */
export async function openChain({
    openSource,
    access,
    sources,
    settings,
    show,
    pacer,
    lookups,
    lifecycle,
    clock,
    isSuppressed,
    onRetry,
    onSourceUnusable,
    companies,
}: {
    openSource: (name: SourceName, access: SourceAccess) => Promise<Source>;
    access: Pick<SourceAccess, 'proxy' | 'sessionMaxUses' | 'api'>;
    sources: SourcePlan;
    settings: Pick<
        ActorInput,
        'maxAttempts' | 'timeoutSecs' | 'requiredFields' | 'askProvidersForNotFound' | 'includeCompanyDetails'
    >;
    show: { instrumentSource(source: Source): Source; recordRequest(record: RequestRecord): void };
    /** The pacer of sources that are not providers. */
    pacer: Pacer;
    lookups: Lookups;
    lifecycle: Lifecycle;
    clock: Clock;
    isSuppressed: SourceChainOptions['isSuppressed'];
    onRetry: Required<SourceChainOptions>['onRetry'];
    onSourceUnusable: Required<SourceChainOptions>['onSourceUnusable'];
    companies: Pick<CompaniesOptions, 'known' | 'maxInFlight' | 'onRetry' | 'onAsked' | 'onGivenUp' | 'onBug'>;
}): Promise<OpenedChain> {
    const { includeCompanyDetails } = settings;
    const links: ChainLink[] = [];
    for (const name of sources.names) {
        const key = (sources.keys as Partial<Record<SourceName, ProviderKey>>)[name] ?? null;
        const onRequest = (record: RequestRecord) => show.recordRequest(record);
        const source = show.instrumentSource(await openSource(name, { ...access, onRequest, key }));
        const { provider } = source;
        links.push({
            source,
            pacer: provider ? createPacer({ ...provider, clock }) : pacer,
            limits: provider?.limits ?? { maxAttempts: settings.maxAttempts, timeoutMs: settings.timeoutSecs * 1000 },
            signal: provider ? lifecycle.lookupSignal : lifecycle.abortSignal,
        });
    }
    const getRunLeftMs = () => lifecycle.getLeftMs();
    const common = { clock, random: Math.random, stopSignal: lifecycle.stopSignal, getRunLeftMs };
    const chain = createSourceChain({
        ...common,
        links,
        requiredFields: settings.requiredFields,
        asksProvidersForNotFound: settings.askProvidersForNotFound,
        includesCompanyDetails: includeCompanyDetails,
        lookups: lookups.budget,
        isSuppressed,
        onRetry,
        onSourceUnusable,
        onAsked: (tried, credits) => lookups.record(tried, credits),
    });
    return { chain, companies: includeCompanyDetails ? openCompanies() : null };

    function openCompanies(): Companies | null {
        for (const { source, ...link } of links) {
            const { fetchCompany } = source;
            if (fetchCompany) {
                return createCompanies({
                    ...common,
                    ...link,
                    ...companies,
                    source: { fetchCompany },
                    memory: runMemory,
                });
            }
        }
        return null;
    }
}
