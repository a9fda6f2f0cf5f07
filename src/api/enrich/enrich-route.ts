import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { Settlement } from '../../accounts/request-ledger.ts';
import type { Clock } from '../../enrichment/clock.ts';
import { parseStrictProfileUrl, type ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import { admit, requireKey, tooMuchAtWork, type AdmittedOutcome } from '../admit.ts';
import { ApiError } from '../api-error.ts';
import { readJsonBody } from '../middleware/read-body.ts';
import type { RequestContext } from '../middleware/request-context.ts';
import { sendJson } from '../send-response.ts';
import { hashBody, parseEnrichRequest, parseIdempotencyKey, type EnrichRequest } from './enrich-request.ts';
import { buildBatchResponse, buildSingleResponse, fillInBalance, type EnrichResponse } from './enrich-response.ts';
import { urlBudgetMs, type Enricher } from './enricher.ts';
import { hideSuppressed, peopleIn, type ItemOutcome } from './item-outcome.ts';
import { ReservationLostError, workOff, type RequestItem } from './work-off.ts';
import type { Workload } from './workload.ts';

export type EnrichRouteOptions = {
    gatekeeper: Gatekeeper;
    /** Waits before a further refusal of a second. */
    holdBack: () => Promise<void>;
    enricher: Enricher;
    /** Why a profile is not looked up for a key of this mode; null when it is. */
    findObstacle: (profileUrl: ProfileUrl, mode: Mode) => string | null;
    workload: Workload;
    clock: Clock;
    newRequestId: () => string;
    /** The profile fields that every response keeps to; null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    /** How long a body may take to arrive, in milliseconds. */
    bodyPatienceMs: number;
};

/** The one route whose responses are kept for replay. */
const keptRoute = 'POST /v1/linkedin-profile-enrichment/enrich';

/** A request as it was sent, its URLs read. */
type EnrichCall = EnrichRequest & {
    items: RequestItem[];
    idempotencyKey: string | null;
    /** Tells one parsed body from another. */
    bodyHash: string;
};

/**
 * The route, in the contract's order: whose key, what is asked, may it begin, work, settle. Each step may end the
 * request, and then none of the later ones has happened. The work goes on when the caller hangs up, and a repeat with
 * the same key finds it; without a key, what has not begun never will.
 */
export function createEnrichRoute(options: EnrichRouteOptions) {
    const { gatekeeper, workload, clock } = options;

    return async (c: Context<RequestContext>): Promise<Response> => {
        const keyHash = await requireKey(c, options);
        const call = await readCall(c, options);
        const receivedAt = clock.elapsed();
        if (call instanceof ApiError) {
            await admit(c, gatekeeper, { keyHash, busyAccounts: [], work: null });
            throw call;
        }
        const { kind, urls, items, requiredFields, includesCompanyDetails, idempotencyKey, bodyHash } = call;
        const people = [
            ...new Set(items.flatMap(({ parsing }) => (parsing.ok ? parsing.profileUrl.canonicalUrl : []))),
        ];
        const outcome = await admit(c, gatekeeper, {
            keyHash,
            busyAccounts: workload.listBusy(urls.length),
            work: { urls: urls.length, people, route: keptRoute, idempotencyKey, bodyHash },
        });
        if (outcome.kind === 'replay') {
            const { status, body, balance } = outcome.response;
            return sendJson(c, { status, body: fillInBalance(body, balance) }, { 'Idempotent-Replayed': 'true' });
        }
        if (outcome.kind !== 'reserved') throw refuse(outcome);

        const { caller, rate, maxUrls, suppressed } = outcome;
        const settlement = { requestId: c.get('requestId'), idempotencyKey };
        let isSettled = false;
        try {
            const share = workload.claim(caller, urls.length, {
                maxRequestsPerSecond: rate.limit / rate.windowSecs,
                maxUrls,
            });
            if (!share) throw tooMuchAtWork();
            const startedAt = clock.elapsed();
            const outcomes = await workOff({
                ...options,
                requestId: c.get('requestId'),
                caller,
                items,
                requiredFields,
                includesCompanyDetails,
                suppressed,
                share,
                rate,
                // What waiting for the accounts took, a caller of one profile does not wait longer for.
                budgetMs: kind === 'single' ? urlBudgetMs - (clock.elapsed() - receivedAt) : urlBudgetMs,
                hangUp: idempotencyKey === null && urls.length > 1 ? watchForHangUp(c.env.outgoing) : null,
                onSlot: (slotRate) => c.set('rate', slotRate),
            });
            const upstreamMs = clock.elapsed() - startedAt;
            const context = {
                requestId: c.get('requestId'),
                newRequestId: options.newRequestId,
                mode: caller.mode,
                durationMs: Math.round(clock.elapsed() - c.get('startedAt')),
                fields: keepToBoth(options.fields, call.fields),
                includesCompanyDetails,
            };
            const build = (shown: readonly ItemOutcome[]) => {
                const [first] = shown;
                return kind === 'single' && first
                    ? buildSingleResponse(first, context)
                    : buildBatchResponse(shown, context);
            };
            const { response, balance } = await settle(gatekeeper, { ...settlement, outcomes, suppressed, build });
            isSettled = true;
            const { creditsUsed, errorCode } = response;
            c.set('work', { urls: urls.length, attempts: countAttempts(outcomes), upstreamMs, creditsUsed });
            if (errorCode) c.set('errorCode', errorCode);
            return sendJson(
                c,
                { status: response.status, body: fillInBalance(response.body, balance) },
                response.status === 200 ? {} : buildRetryAfter(outcomes),
            );
        } finally {
            // Should giving back fail too, the lease runs out and does it.
            if (!isSettled) await gatekeeper.settle({ ...settlement, ...nothing }).catch(() => {});
        }
    };
}

const nothing = { creditsUsed: 0, people: [], response: null };

/** The fields that two lists both allow; null for all. */
function keepToBoth(one: EnrichRequest['fields'], other: EnrichRequest['fields']): EnrichRequest['fields'] {
    return one && other ? one.filter((field) => other.includes(field)) : (one ?? other);
}

/** What is asked, or why it cannot be answered; rejects when it did not arrive at all. */
async function readCall(
    c: Context<RequestContext>,
    { clock, bodyPatienceMs }: Pick<EnrichRouteOptions, 'clock' | 'bodyPatienceMs'>,
): Promise<EnrichCall | ApiError> {
    const { incoming } = c.env;
    try {
        const json = await readJsonBody(incoming, clock, bodyPatienceMs);
        const idempotencyKey = parseIdempotencyKey(incoming.rawHeaders);
        const request = parseEnrichRequest(json);
        const items = request.urls.map((url) => ({ url, parsing: parseStrictProfileUrl(url) }));
        return { ...request, items, idempotencyKey, bodyHash: hashBody(json) };
    } catch (error) {
        if (error instanceof ApiError && error.code === 'invalid_input') return error;
        throw error;
    }
}

/** The error of a request that may not begin. */
function refuse(outcome: Exclude<AdmittedOutcome, { kind: 'reserved' | 'replay' }>): ApiError {
    switch (outcome.kind) {
        case 'too_many_urls':
            return new ApiError(
                'invalid_input',
                `\`urls\` may hold ${outcome.maxUrls} URLs on this account's plan. Send the others in another request.`,
            );
        case 'in_progress':
            return new ApiError(
                'request_in_progress',
                'A request with this Idempotency-Key is being worked on. Ask again in a moment.',
                { headers: { 'Retry-After': '1' } },
            );
        case 'key_reused':
            return new ApiError(
                'validation_failed',
                'This Idempotency-Key was used with another body. Use a new key for a new request.',
            );
        case 'insufficient_credits':
            return new ApiError(
                'insufficient_credits',
                'The balance does not cover this request. Top up and send it again.',
            );
        case 'admitted':
            throw new Error('a request with work is more than admitted');
    }
}

/** Settles a request, without the people who were suppressed while it worked. Throws when what was held is lost. */
async function settle(
    gatekeeper: Gatekeeper,
    {
        outcomes,
        suppressed,
        build,
        ...settlement
    }: Pick<Settlement, 'requestId' | 'idempotencyKey'> & {
        outcomes: readonly ItemOutcome[];
        suppressed: ReadonlySet<string>;
        build: (outcomes: readonly ItemOutcome[]) => EnrichResponse;
    },
): Promise<{ response: EnrichResponse; balance: number | null }> {
    const hidden = new Set(suppressed);
    for (;;) {
        const shown = outcomes.map((outcome) => hideSuppressed(outcome, hidden));
        const response = build(shown);
        const { creditsUsed, isFinal, status, body } = response;
        const settled = await gatekeeper.settle({
            ...settlement,
            creditsUsed,
            people: [...new Set(shown.flatMap((outcome) => peopleIn(outcome)))].filter((person) => !hidden.has(person)),
            response: isFinal ? { status, body } : null,
        });
        if (settled.kind === 'settled') return { response, balance: settled.balance };
        if (settled.kind === 'lost') throw new ReservationLostError();
        for (const person of settled.people) hidden.add(person);
    }
}

/** How long it is before asking again can help, as the header says it; nothing where that is not known. */
function buildRetryAfter(outcomes: readonly ItemOutcome[]): Record<string, string> {
    const waits = outcomes.map((outcome) => (outcome.kind === 'enriched' ? (outcome.enrichment.retryAfterMs ?? 0) : 0));
    const waitMs = Math.max(0, ...waits);
    return waitMs > 0 ? { 'Retry-After': String(Math.ceil(waitMs / 1000)) } : {};
}

/** Aborts when the caller hangs up before the response. */
function watchForHangUp(outgoing: ServerResponse): AbortSignal {
    const hangUp = new AbortController();
    outgoing.once('close', () => {
        if (!outgoing.writableFinished) hangUp.abort();
    });
    return hangUp.signal;
}

/** Attempts at the source, those that several URLs share counted once. */
function countAttempts(outcomes: readonly ItemOutcome[]): number {
    const enrichments = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'enriched' ? outcome.enrichment : [])));
    return [...enrichments].reduce((sum, { attempts }) => sum + attempts, 0);
}
