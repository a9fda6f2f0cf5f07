import type { Context } from 'hono';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { Caller } from '../../accounts/keys.ts';
import type { Clock } from '../../enrichment/clock.ts';
import { buildUnasked } from '../../enrichment/enrich-profile.ts';
import type { Profile } from '../../enrichment/profile.ts';
import { createPacer } from '../../enrichment/pacer.ts';
import { buildAnswerResponse } from '../answer-response.ts';
import { concludeBatch, concludeSingle } from './conclude.ts';
import type { Enricher, Lookup } from './enricher.ts';
import type { HeldRequest, RequestItem } from './hold-request.ts';
import { peopleIn, hideSuppressed, type ItemOutcome } from './item-outcome.ts';
import type { RequestContext } from '../middleware/request-context.ts';

export type EnrichRouteOptions = {
    gatekeeper: Gatekeeper;
    enricher: Enricher;
    clock: Clock;
    /** The profile fields that every answer keeps to; null for all. */
    fields?: ReadonlyArray<keyof Profile> | null;
};

/** How often a batch shows that it is alive, in milliseconds. */
const renewEveryMs = 3000;

/**
 * The route: looks up what is held and settles it. It goes on when the caller hangs up: the work is done, and a repeat
 * with the same key shall find it. Throws when settling fails.
 */
export function createEnrichRoute({ gatekeeper, enricher, clock, fields = null }: EnrichRouteOptions) {
    return async (c: Context<RequestContext>): Promise<Response> => {
        const { held, body, caller } = c.var;
        if (!held || !body || !caller) throw new Error('the route comes after the middlewares');
        const outcomes = await workOff(c, held, caller);
        const context = {
            requestId: c.var.requestId,
            mode: caller.mode,
            fields,
            durationMs: Math.round(clock.now() - c.var.startedAt),
        };
        const answer = await held.settle({
            found: outcomes.flatMap((outcome) => peopleIn(outcome)),
            conclude(suppressed) {
                const shown = outcomes.map((outcome) => hideSuppressed(outcome, suppressed));
                const [first] = shown;
                if (body.request.kind === 'batch' || !first) return concludeBatch(shown, context);
                return concludeSingle(first, context);
            },
        });
        return buildAnswerResponse(c, answer, answer.status === 502 ? buildRetryAfter(outcomes) : {});
    };

    /** All URLs in order. The first goes on the slot that the request took; each other waits for one of its own. */
    async function workOff(c: Context<RequestContext>, held: HeldRequest, caller: Caller): Promise<ItemOutcome[]> {
        const waitForSlot = createSlotQueue(c, held, caller);
        const lookups: Array<Promise<ItemOutcome>> = [];
        /** By canonical URL: who is asked for twice is fetched once. */
        const enrichments = new Map<string, Promise<Lookup>>();
        for (const [index, item] of held.items.entries()) {
            if (index > 0) await waitForSlot();
            const lookup = lookUp(item, held, caller, enrichments);
            // A bug in one must not be an unhandled rejection while the others are begun.
            lookup.catch(() => {});
            lookups.push(lookup);
        }
        return Promise.all(lookups);
    }

    /** Waits for the account's rate, in even steps so that single requests find slots too, and shows signs of life. */
    function createSlotQueue(c: Context<RequestContext>, held: HeldRequest, caller: Caller): () => Promise<void> {
        const { limit = 1, windowSecs = 1 } = c.var.rate ?? {};
        const beat = createPacer({ maxRequestsPerSecond: limit / windowSecs, clock });
        const { signal } = new AbortController();
        let renewedAt = c.var.startedAt;
        void beat.acquire({ signal });
        return async () => {
            await beat.acquire({ signal });
            for (;;) {
                if (clock.now() - renewedAt >= renewEveryMs) {
                    await held.renew();
                    renewedAt = clock.now();
                }
                const rate = await gatekeeper.takeSlot(caller, 'batch');
                c.set('rate', rate);
                if (rate.isGranted) return;
                await clock.sleep(Math.max(1, rate.resetAt * 1000 - clock.now()));
            }
        };
    }

    async function lookUp(
        { url, parsing }: RequestItem,
        held: HeldRequest,
        caller: Caller,
        enrichments: Map<string, Promise<Lookup>>,
    ): Promise<ItemOutcome> {
        if (!parsing.ok) return { kind: 'invalid', url, reason: parsing.reason };
        const { profileUrl } = parsing;
        const askedUrl = profileUrl.canonicalUrl;
        if (held.suppressed.has(askedUrl)) {
            const source = caller.mode === 'live' ? 'public-page' : 'sandbox';
            const enrichment = buildUnasked(profileUrl, source, { status: 'not_found' });
            return { kind: 'enriched', url, askedUrl, enrichment };
        }
        const enrichment = enrichments.get(askedUrl) ?? enricher(profileUrl, caller.mode);
        enrichments.set(askedUrl, enrichment);
        return { kind: 'enriched', url, askedUrl, enrichment: await enrichment };
    }
}

/** How long LinkedIn is left alone, as the header says it; nothing while everybody is asked. */
function buildRetryAfter(outcomes: readonly ItemOutcome[]): Record<string, string> {
    const waits = outcomes.map((outcome) => (outcome.kind === 'enriched' ? (outcome.enrichment.retryAfterMs ?? 0) : 0));
    const waitMs = Math.max(0, ...waits);
    return waitMs > 0 ? { 'Retry-After': String(Math.ceil(waitMs / 1000)) } : {};
}
