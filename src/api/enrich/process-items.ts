import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { RateStatus } from '../../accounts/rate-limit.ts';
import type { Clock } from '../../enrichment/clock.ts';
import { buildUnasked, internalError } from '../../enrichment/enrich-profile.ts';
import { createPacer } from '../../enrichment/pacer.ts';
import type { ProfileUrl, ProfileUrlParsing } from '../../enrichment/profile-url/profile-url.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Enricher, LookupRequest } from './enricher.ts';
import type { ItemOutcome } from './item-outcome.ts';
import { over, type Lookup } from './source-link.ts';
import type { Share } from './workload.ts';

/** One URL of the request, parsed. */
export type RequestItem = { url: string; parsing: ProfileUrlParsing };

export type ProcessOptions = LookupRequest & {
    gatekeeper: Pick<Gatekeeper, 'takeSlot' | 'renew'>;
    enricher: Enricher;
    /** Why a key of this mode may not look up a profile; null if it may. */
    findRejection: (profileUrl: ProfileUrl, mode: Mode) => string | null;
    clock: Clock;
    requestId: string;
    items: readonly RequestItem[];
    /** Canonical URLs among the items that must not be fetched. */
    suppressed: ReadonlySet<string>;
    share: Share;
    rate: RateStatus;
    /**
     * Aborted if the client disconnects: URLs that have not been started are skipped. Null if a retry may get the
     * response.
     */
    hangUp: AbortSignal | null;
    /** Called with the rate after each slot, for the headers of the response. */
    onSlot: (rate: RateStatus) => void;
};

/** The reservation expired before the request was done: nothing is charged, no result may be returned. */
export class ReservationLostError extends Error {
    override readonly name = 'ReservationLostError';

    constructor() {
        super('the reservation expired before the request was done');
    }
}

/** How often a reservation is renewed, in milliseconds. */
const renewEveryMs = 3000;

/**
 * Looks up all URLs in order. The first uses the slot of the request; each other one waits for a slot. A person named
 * twice is fetched once. Rejects if the reservation is lost, never because of a source.
 */
export function processItems(options: ProcessOptions): Promise<ItemOutcome[]> {
    const [only, ...others] = options.items;
    // One URL takes less time than the lease and waits for no slot.
    return only && others.length === 0 ? processOne(only, options) : processMany(options);
}

async function processOne(item: RequestItem, options: ProcessOptions): Promise<ItemOutcome[]> {
    const end = options.share.begin();
    try {
        return [await lookUp(item, options, new Map())];
    } finally {
        end();
    }
}

async function processMany(options: ProcessOptions): Promise<ItemOutcome[]> {
    const { items, share, hangUp } = options;
    const lost = new AbortController();
    const done = new AbortController();
    const stopped = hangUp ? AbortSignal.any([hangUp, lost.signal]) : lost.signal;
    const renewing = renewReservation(options, lost, done.signal);
    const waitForSlot = createSlotQueue(options, stopped);
    const lookups: Array<Promise<ItemOutcome>> = [];
    const enrichments = new Map<string, Promise<Lookup>>();
    try {
        for (const [index, item] of items.entries()) {
            if (index > 0) await waitForSlot();
            if (stopped.aborted) break;
            const end = share.begin();
            const lookup = lookUp(item, options, enrichments).finally(end);
            // A bug in one must not be an unhandled rejection while the others start.
            lookup.catch(() => {});
            lookups.push(lookup);
        }
        const outcomes = await Promise.all(lookups);
        lost.signal.throwIfAborted();
        return [...outcomes, ...items.slice(lookups.length).map((item) => skipItem(item, options))];
    } finally {
        share.end();
        done.abort(over);
        await renewing;
    }
}

/** `enrichments` has the lookups of this request so far, by canonical URL. */
async function lookUp(
    { url, parsing }: RequestItem,
    options: ProcessOptions,
    enrichments: Map<string, Promise<Lookup>>,
): Promise<ItemOutcome> {
    const { enricher, findRejection, caller, suppressed } = options;
    if (!parsing.ok) return { kind: 'invalid', url, reason: parsing.reason };
    const { profileUrl } = parsing;
    const obstacle = findRejection(profileUrl, caller.mode);
    if (obstacle !== null) return { kind: 'invalid', url, reason: obstacle };
    const askedUrl = profileUrl.canonicalUrl;
    if (suppressed.has(askedUrl)) {
        const enrichment = buildUnasked(profileUrl, enricher.firstSource(caller.mode), { status: 'not_found' });
        return { kind: 'enriched', url, askedUrl, enrichment };
    }
    const enrichment = enrichments.get(askedUrl) ?? enricher.enrich(profileUrl, options);
    enrichments.set(askedUrl, enrichment);
    return { kind: 'enriched', url, askedUrl, enrichment: await enrichment };
}

/** Waits for slots at even intervals, so that single requests get slots too. Returns early when stopped. */
function createSlotQueue(
    { gatekeeper, clock, caller, rate, onSlot }: ProcessOptions,
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

/** Renews the reservation until the work is done. If the database fails, the next renewal tries again. */
async function renewReservation(
    { gatekeeper, clock, requestId }: ProcessOptions,
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

/** The outcome of a URL that was not started because the client disconnected. */
function skipItem({ url, parsing }: RequestItem, { enricher, caller }: ProcessOptions): ItemOutcome {
    if (!parsing.ok) return { kind: 'invalid', url, reason: parsing.reason };
    const askedUrl = parsing.profileUrl.canonicalUrl;
    const enrichment = buildUnasked(parsing.profileUrl, enricher.firstSource(caller.mode), internalError);
    return { kind: 'enriched', url, askedUrl, enrichment };
}
