import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { RateStatus } from '../../accounts/rate-limit.ts';
import type { Caller } from '../../accounts/request-ledger.ts';
import type { Clock } from '../../enrichment/clock.ts';
import type { RequirableField } from '../../enrichment/result/completeness.ts';
import { buildUnasked, internalError } from '../../enrichment/enrich-profile.ts';
import { createPacer } from '../../enrichment/pacer.ts';
import type { ProfileUrl, ProfileUrlParsing } from '../../enrichment/profile-url/profile-url.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Enricher } from './enricher.ts';
import type { ItemOutcome } from './item-outcome.ts';
import type { Lookup } from './source-link.ts';
import type { Share } from './workload.ts';

/** One URL of the request, read. */
export type RequestItem = { url: string; parsing: ProfileUrlParsing };

export type WorkOffOptions = {
    gatekeeper: Pick<Gatekeeper, 'takeSlot' | 'renew'>;
    enricher: Enricher;
    /** Why a profile is not looked up for a key of this mode; null when it is. */
    findObstacle: (profileUrl: ProfileUrl, mode: Mode) => string | null;
    clock: Clock;
    requestId: string;
    caller: Caller;
    items: readonly RequestItem[];
    /** A profile without one of these is not good enough. */
    requiredFields: readonly RequirableField[];
    /** Whether the current companies are looked up too. */
    includesCompanyDetails: boolean;
    /** Canonical URLs among the items that must not be fetched. */
    suppressed: ReadonlySet<string>;
    share: Share;
    rate: RateStatus;
    /** What a URL may take, in milliseconds. */
    budgetMs: number;
    /** Aborted when nobody waits for the rest any more: URLs that have not begun never will. Null: somebody may ask again. */
    hangUp: AbortSignal | null;
    /** Told of the rate after each slot, for the headers of the response. */
    onSlot: (rate: RateStatus) => void;
};

/** The credits that a request held were given back before it was done: nothing is charged, nothing may be answered. */
export class ReservationLostError extends Error {
    override readonly name = 'ReservationLostError';

    constructor() {
        super('the reservation was given back before the request was done');
    }
}

/** How often a request shows that it is alive, in milliseconds. */
const renewEveryMs = 3000;

/** The reason of signals that only end a wait: making an error for each costs more than all the rest of them. */
const over = new Error('the wait is over');

/**
 * Looks all URLs up, in order. The first goes on the slot that the request took; each other waits for one of its own.
 * A person who stands there twice is fetched once. Rejects when the reservation is lost; never because of the source.
 */
export function workOff(options: WorkOffOptions): Promise<ItemOutcome[]> {
    const [only, ...others] = options.items;
    // One URL takes less time than its reservation stands, and waits for nothing.
    return only && others.length === 0 ? workOffOne(only, options) : workOffMany(options);
}

async function workOffOne(item: RequestItem, options: WorkOffOptions): Promise<ItemOutcome[]> {
    const end = options.share.begin();
    try {
        return [await lookUp(item, options, new Map())];
    } finally {
        end();
    }
}

async function workOffMany(options: WorkOffOptions): Promise<ItemOutcome[]> {
    const { items, share, hangUp } = options;
    const lost = new AbortController();
    const done = new AbortController();
    const stopped = hangUp ? AbortSignal.any([hangUp, lost.signal]) : lost.signal;
    const renewing = showSignsOfLife(options, lost, done.signal);
    const waitForSlot = createSlotQueue(options, stopped);
    const lookups: Array<Promise<ItemOutcome>> = [];
    const enrichments = new Map<string, Promise<Lookup>>();
    try {
        for (const [index, item] of items.entries()) {
            if (index > 0) await waitForSlot();
            if (stopped.aborted) break;
            const end = share.begin();
            const lookup = lookUp(item, options, enrichments).finally(end);
            // A bug in one must not be an unhandled rejection while the others are begun.
            lookup.catch(() => {});
            lookups.push(lookup);
        }
        const outcomes = await Promise.all(lookups);
        lost.signal.throwIfAborted();
        return [...outcomes, ...items.slice(lookups.length).map((item) => leave(item, options))];
    } finally {
        share.end();
        done.abort(over);
        await renewing;
    }
}

/** `enrichments` are those of the same request so far, by canonical URL. */
async function lookUp(
    { url, parsing }: RequestItem,
    options: WorkOffOptions,
    enrichments: Map<string, Promise<Lookup>>,
): Promise<ItemOutcome> {
    const { enricher, findObstacle, caller, requiredFields, includesCompanyDetails, suppressed, budgetMs } = options;
    if (!parsing.ok) return { kind: 'invalid', url, reason: parsing.reason };
    const { profileUrl } = parsing;
    const obstacle = findObstacle(profileUrl, caller.mode);
    if (obstacle !== null) return { kind: 'invalid', url, reason: obstacle };
    const askedUrl = profileUrl.canonicalUrl;
    if (suppressed.has(askedUrl)) {
        const enrichment = buildUnasked(profileUrl, enricher.firstSource(caller.mode), { status: 'not_found' });
        return { kind: 'enriched', url, askedUrl, enrichment };
    }
    const request = { caller, requiredFields, includesCompanyDetails, budgetMs };
    const enrichment = enrichments.get(askedUrl) ?? enricher.enrich(profileUrl, request);
    enrichments.set(askedUrl, enrichment);
    return { kind: 'enriched', url, askedUrl, enrichment: await enrichment };
}

/** Waits for the account's rate, in even steps so that single requests find slots too. Returns early when stopped. */
function createSlotQueue(
    { gatekeeper, clock, caller, rate, onSlot }: WorkOffOptions,
    stopped: AbortSignal,
): () => Promise<void> {
    const steps = createPacer({ maxRequestsPerSecond: rate.limit / rate.windowSecs, clock });
    const first = steps.acquire({ signal: stopped });
    first.catch(() => {});
    return async () => {
        try {
            await steps.acquire({ signal: stopped });
            for (;;) {
                const slot = await gatekeeper.takeSlot(caller);
                onSlot(slot.rate);
                if (slot.isGranted) return;
                await clock.sleep(slot.waitMs, stopped);
            }
        } catch (error) {
            if (!stopped.aborted) throw error;
        }
    };
}

/** Renews the reservation until the work is done. An accounts' database that fails is asked again the next time. */
async function showSignsOfLife(
    { gatekeeper, clock, requestId }: WorkOffOptions,
    lost: AbortController,
    done: AbortSignal,
): Promise<void> {
    while (!done.aborted && !lost.signal.aborted) {
        await clock.sleep(renewEveryMs, done).catch(() => {});
        if (done.aborted) return;
        const isAlive = await gatekeeper.renew(requestId).catch(() => true);
        if (!isAlive) lost.abort(new ReservationLostError());
    }
}

/** A URL that was not begun, since nobody waits for it. */
function leave({ url, parsing }: RequestItem, { enricher, caller }: WorkOffOptions): ItemOutcome {
    if (!parsing.ok) return { kind: 'invalid', url, reason: parsing.reason };
    const askedUrl = parsing.profileUrl.canonicalUrl;
    const enrichment = buildUnasked(parsing.profileUrl, enricher.firstSource(caller.mode), internalError);
    return { kind: 'enriched', url, askedUrl, enrichment };
}
