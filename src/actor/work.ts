import type { Clock } from '../enrichment/clock.ts';
import type { ChainLink } from '../enrichment/chain-link.ts';
import { createCompanies, refusedCompaniesToGiveUp, runMemory, type Companies } from '../enrichment/companies.ts';
import { createPacer, type Pacer } from '../enrichment/pacer.ts';
import type { SourceName } from '../enrichment/result/result.ts';
import { createSourceChain, type SourceChain } from '../enrichment/source-chain.ts';
import type { RequestRecord, Source } from '../enrichment/source.ts';
import type { ApiAccess, ProviderKey } from './input/sources.ts';
import type { LoadedRun, OpenedLedger } from './open-ledger.ts';
import type { RunShow } from './output/show-run.ts';
import { createBugLog, createRetryLog, type RetryLog } from './output/retry-log.ts';
import { isPlatformFailure } from './platform/errors.ts';
import { readRunKey, writeRunState } from './platform/run-state.ts';
import { buildRunReport, processList, type RunReport } from './process-list.ts';

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
    key: ProviderKey | null;
};

export type WorkDependencies = {
    clock: Clock;
    newRequestId: () => string;
    /** Describes an unexpected error for the log. */
    describeBug: (error: unknown) => Promise<string>;
    isOverloaded: () => boolean;
    memoryMbytes: number;
    openSource: (name: SourceName, access: SourceAccess) => Promise<Source>;
};

export type WorkOptions = LoadedRun & {
    dependencies: WorkDependencies;
    api: ApiAccess | null;
    opened: OpenedLedger;
    /** The pacer of sources that are not providers. */
    pacer: Pacer;
    show: RunShow;
    /** Rejects with the first unhandled error of the process. */
    unhandled: Promise<never>;
    /** Called once the sources are open. From then on unhandled errors end in the report. */
    onStarted: () => void;
};

/**
 * Opens the sources, processes the list, and closes them. After a failure the report is of what is stored; its ending
 * is `storage` or `internal_error`.
 */
export async function work(options: WorkOptions): Promise<RunReport> {
    const { dependencies, platform, lifecycle, log, input, resolved, opened, show, unhandled } = options;
    const { worklist, suppressed } = resolved;
    const { ledger } = opened;
    const retryLog = createRetryLog(log.print);
    const onBug = createBugLog(log.print, dependencies.describeBug);
    const maxConcurrency = input.maxConcurrency ?? Math.max(8, Math.floor(dependencies.memoryMbytes / 4));
    let sources: OpenedSources | null = null;
    let processing: Promise<RunReport> | null = null;
    let isOver = false;
    // An optimisation: without it a restart repeats every charge call under the same key.
    platform.onPersistState(async () => {
        // During exit the SDK waits for this listener, so it does nothing then.
        if (!isOver) await writeRunState(platform.records, ledger.getState()).catch(() => {});
    });
    try {
        sources = await openSources(options, { retryLog, maxConcurrency, onBug });
        options.onStarted();
        processing = processList({
            ...dependencies,
            ...opened,
            ...sources,
            input,
            worklist,
            suppressed,
            maxConcurrency,
            isConcurrencyFixed: input.maxConcurrency !== undefined,
            lifecycle,
            onBug,
            onProcessed: (line, enrichment) => show.recordProcessed(line, enrichment),
        });
        return await Promise.race([processing, unhandled]);
    } catch (error) {
        onBug(error);
        // Stop the work still in progress after an unhandled error.
        lifecycle.stop('aborted');
        await processing?.catch(() => {});
        await ledger.drain(lifecycle.giveUpSignal);
        const ending = isPlatformFailure(error) ? 'storage' : 'internal_error';
        return buildRunReport({ worklist, ledger, input }, { ending, reason: '', unreadSections: new Map() });
    } finally {
        // From here on unhandled errors are only logged, so that the totals are always written.
        void unhandled.catch(onBug);
        isOver = true;
        retryLog.close();
        show.stop();
        lifecycle.close();
        sources?.companies?.close();
        await sources?.chain.close().catch(onBug);
    }
}

/** `companies` is null where company details are not requested or no source has company pages. */
type OpenedSources = { chain: SourceChain; companies: Companies | null };

const companiesRefused = `LinkedIn refused ${refusedCompaniesToGiveUp} companies in a row, so no more were requested: \`company_details\` is null in later rows. Profiles are not affected.`;
const companiesUnavailable =
    'No source of this run has company pages (`public-page` is not among `sources`): `company_details` is set only where a provider record includes it.';

/** Opens the sources in order; each provider has its own pacer. */
async function openSources(
    { dependencies, platform, clock, lifecycle, log, input, resolved, api, opened, pacer, show }: WorkOptions,
    more: { retryLog: RetryLog; maxConcurrency: number; onBug: (error: unknown) => void },
): Promise<OpenedSources> {
    const { proxy, sources, suppressed } = resolved;
    const { lookups } = opened;
    const access = {
        proxy,
        sessionMaxUses: input.sessionMaxUses,
        api: api && { ...api, runKey: await readRunKey(platform) },
        onRequest: (record: RequestRecord) => show.recordRequest(record),
    };
    const links: ChainLink[] = [];
    for (const name of sources.names) {
        const key = sources.keys[name] ?? null;
        const source = show.instrumentSource(await dependencies.openSource(name, { ...access, key }));
        const { provider } = source;
        links.push({
            source,
            pacer: provider ? createPacer({ ...provider, clock }) : pacer,
            limits: provider?.limits ?? { maxAttempts: input.maxAttempts, timeoutMs: input.timeoutSecs * 1000 },
            signal: provider ? lifecycle.lookupSignal : lifecycle.abortSignal,
        });
    }
    const getRunLeftMs = () => lifecycle.getLeftMs();
    const common = { clock, random: Math.random, stopSignal: lifecycle.stopSignal, getRunLeftMs };
    const chain = createSourceChain({
        ...common,
        links,
        requiredFields: input.requiredFields,
        asksProvidersForNotFound: input.askProvidersForNotFound,
        includesCompanyDetails: input.includeCompanyDetails,
        lookups: lookups.budget,
        isSuppressed: (canonicalUrl) => suppressed.has(canonicalUrl),
        onRetry: more.retryLog.recordProfile,
        onSourceUnusable: (message) => log.warn(message),
        onAsked: (tried, credits) => lookups.record(tried, credits),
    });
    if (!input.includeCompanyDetails) return { chain, companies: null };
    const link = links.find(({ source }) => source.fetchCompany);
    if (!link?.source.fetchCompany) {
        if (!api) log.warn(companiesUnavailable);
        return { chain, companies: null };
    }
    const companies = createCompanies({
        ...common,
        ...link,
        source: { fetchCompany: link.source.fetchCompany },
        memory: runMemory,
        known: opened.companies,
        maxInFlight: more.maxConcurrency,
        onRetry: more.retryLog.recordCompany,
        onAsked: (outcome) => lookups.recordCompany(outcome),
        onGivenUp: () => log.warn(companiesRefused),
        onBug: more.onBug,
    });
    return { chain, companies };
}
