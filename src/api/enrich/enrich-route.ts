import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { Settlement } from '../../accounts/request-ledger.ts';
import { parseStrictProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import { admit, requireKey, tooMuchAtWork, type AdmittedOutcome } from '../admit.ts';
import { ApiError } from '../api-error.ts';
import { readJsonBody } from '../read-body.ts';
import { sendJson, type RequestContext } from '../request-context.ts';
import { hashBody, parseEnrichRequest, parseIdempotencyKey, type EnrichRequest } from './enrich-request.ts';
import { buildBatchResponse, buildSingleResponse, fillInBalance, type EnrichResponse } from './enrich-response.ts';
import { urlBudgetMs } from './enricher.ts';
import { hideSuppressed, listPeople, type ItemOutcome } from './item-outcome.ts';
import { ReservationLostError, processItems, type ProcessOptions, type RequestItem } from './process-items.ts';
import type { Workload } from './workload.ts';

export type EnrichRouteOptions = Pick<ProcessOptions, 'enricher' | 'findRejection' | 'clock'> & {
    gatekeeper: Gatekeeper;
    /** Delays a further refusal within a second. */
    holdBack: () => Promise<void>;
    workload: Workload;
    newRequestId: () => string;
    /** The profile fields that responses may have; null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    /** How long a body may take to arrive, in milliseconds; tests shorten it. */
    bodyTimeoutMs: number;
};

/** The only route whose responses are stored for replay. */
const replayedRoute = 'POST /v1/linkedin-profile-enrichment/enrich';

/** A request with parsed URLs. */
type EnrichCall = EnrichRequest & {
    items: RequestItem[];
    idempotencyKey: string | null;
    /** The hash of the parsed body. */
    bodyHash: string;
};

/**
 * The route: authenticate, parse, reserve, look up, settle. Each step may end the request before the later ones. If the
 * client disconnects, the work continues and a retry with the same idempotency key gets its response; without a key,
 * URLs that have not been started are skipped.
 */
export function createEnrichRoute(options: EnrichRouteOptions) {
    const { gatekeeper, workload, clock, enricher, findRejection } = options;

    return async (c: Context<RequestContext>): Promise<Response> => {
        const keyHash = await requireKey(c, options);
        const call = await readCall(c, options);
        const receivedAt = clock.elapsed();
        if (call instanceof ApiError) {
            await admit(c, gatekeeper, { keyHash, busyAccounts: [], work: null });
            throw call;
        }
        const { kind, urls, items, idempotencyKey, bodyHash, requiredFields, includesCompanyDetails } = call;
        const asked = items.flatMap(({ parsing }) => (parsing.ok ? parsing.profileUrl.canonicalUrl : []));
        const outcome = await admit(c, gatekeeper, {
            keyHash,
            busyAccounts: workload.listBusy(urls.length),
            work: { urls: urls.length, people: [...new Set(asked)], route: replayedRoute, idempotencyKey, bodyHash },
        });
        if (outcome.kind === 'replay') {
            const { status, body, balance } = outcome.response;
            return sendJson(c, { status, body: fillInBalance(body, balance) }, { 'Idempotent-Replayed': 'true' });
        }
        if (outcome.kind !== 'reserved') throw refuse(outcome);

        const { caller, rate, maxUrls, suppressed } = outcome;
        const requestId = c.get('requestId');
        let isSettled = false;
        try {
            const maxRequestsPerSecond = rate.limit / rate.windowSecs;
            const share = workload.claim(caller, urls.length, { maxRequestsPerSecond, maxUrls });
            if (!share) throw tooMuchAtWork();
            const startedAt = clock.elapsed();
            const outcomes = await processItems({
                gatekeeper,
                enricher,
                findRejection,
                clock,
                items,
                requiredFields,
                includesCompanyDetails,
                requestId,
                caller,
                suppressed,
                share,
                rate,
                // For a single profile, the wait for the accounts counts towards the time budget.
                budgetMs: kind === 'single' ? urlBudgetMs - (clock.elapsed() - receivedAt) : urlBudgetMs,
                hangUp: idempotencyKey === null && urls.length > 1 ? watchDisconnect(c.env.outgoing) : null,
                onSlot: (slotRate) => c.set('rate', slotRate),
            });
            const upstreamMs = clock.elapsed() - startedAt;
            const context = {
                requestId,
                newRequestId: options.newRequestId,
                mode: caller.mode,
                durationMs: Math.round(clock.elapsed() - c.get('startedAt')),
                fields: intersectFields(options.fields, call.fields),
                includesCompanyDetails,
            };
            const build = (shown: readonly ItemOutcome[]) => {
                const [first] = shown;
                return kind === 'single' && first
                    ? buildSingleResponse(first, context)
                    : buildBatchResponse(shown, context);
            };
            const settled = await settle(gatekeeper, { requestId, idempotencyKey, outcomes, suppressed, build });
            isSettled = true;
            const { status, creditsUsed, errorCode } = settled.response;
            c.set('work', { urls: urls.length, attempts: countAttempts(outcomes), upstreamMs, creditsUsed });
            if (errorCode) c.set('errorCode', errorCode);
            const body = fillInBalance(settled.response.body, settled.balance);
            return sendJson(c, { status, body }, status === 200 ? {} : buildRetryAfter(outcomes));
        } finally {
            // If releasing fails too, the lease expires.
            if (!isSettled) {
                const release = { requestId, idempotencyKey, creditsUsed: 0, people: [], response: null };
                await gatekeeper.settle(release).catch(() => {});
            }
        }
    };
}

/** The fields in both lists; null stands for all. */
function intersectFields(one: EnrichRequest['fields'], other: EnrichRequest['fields']): EnrichRequest['fields'] {
    return one && other ? one.filter((field) => other.includes(field)) : (one ?? other);
}

/** Parses the request. Returns the error if it is invalid; rejects if it did not arrive. */
async function readCall(
    c: Context<RequestContext>,
    { clock, bodyTimeoutMs }: Pick<EnrichRouteOptions, 'clock' | 'bodyTimeoutMs'>,
): Promise<EnrichCall | ApiError> {
    const { incoming } = c.env;
    try {
        const json = await readJsonBody(incoming, clock, bodyTimeoutMs);
        const idempotencyKey = parseIdempotencyKey(incoming.rawHeaders);
        const request = parseEnrichRequest(json);
        const items = request.urls.map((url) => ({ url, parsing: parseStrictProfileUrl(url) }));
        return { ...request, items, idempotencyKey, bodyHash: hashBody(json) };
    } catch (error) {
        if (error instanceof ApiError && error.code === 'invalid_input') return error;
        throw error;
    }
}

/** The error of a request without a reservation. */
function refuse(outcome: Exclude<AdmittedOutcome, { kind: 'reserved' | 'replay' }>): ApiError {
    switch (outcome.kind) {
        case 'too_many_urls':
            return new ApiError(
                'invalid_input',
                `\`urls\` may have at most ${outcome.maxUrls} URLs on this account's plan. Send the rest in another request.`,
            );
        case 'in_progress':
            return new ApiError(
                'request_in_progress',
                'A request with this Idempotency-Key is in progress. Try again in a moment.',
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
            throw new Error('a request with work cannot be only admitted');
    }
}

/** Settles a request without people suppressed in the meantime. Throws if the reservation is lost. */
async function settle(
    gatekeeper: Gatekeeper,
    {
        requestId,
        idempotencyKey,
        outcomes,
        suppressed,
        build,
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
            requestId,
            idempotencyKey,
            creditsUsed,
            people: [...new Set(shown.flatMap(listPeople))].filter((person) => !hidden.has(person)),
            response: isFinal ? { status, body } : null,
        });
        if (settled.kind === 'settled') return { response, balance: settled.balance };
        if (settled.kind === 'lost') throw new ReservationLostError();
        for (const person of settled.people) hidden.add(person);
    }
}

/** The `Retry-After` header, if it is known when a retry can help. */
function buildRetryAfter(outcomes: readonly ItemOutcome[]): Record<string, string> {
    const waits = outcomes.map((outcome) => (outcome.kind === 'enriched' ? (outcome.enrichment.retryAfterMs ?? 0) : 0));
    const waitMs = Math.max(0, ...waits);
    return waitMs > 0 ? { 'Retry-After': String(Math.ceil(waitMs / 1000)) } : {};
}

/** Aborts when the client disconnects before the response. */
function watchDisconnect(outgoing: ServerResponse): AbortSignal {
    const hangUp = new AbortController();
    const onClose = () => {
        if (!outgoing.writableFinished) hangUp.abort();
    };
    // It may have disconnected while the accounts were asked.
    if (outgoing.closed) onClose();
    else outgoing.once('close', onClose);
    return hangUp.signal;
}

/** Attempts at sources; those shared by several URLs count once. */
function countAttempts(outcomes: readonly ItemOutcome[]): number {
    const enrichments = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'enriched' ? outcome.enrichment : [])));
    return [...enrichments].reduce((sum, { attempts }) => sum + attempts, 0);
}
