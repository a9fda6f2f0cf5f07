import { createMiddleware } from 'hono/factory';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import type { Answer, Conclusion } from '../../accounts/request-ledger.ts';
import { parseStrictProfileUrl, type ProfileUrlParsing } from '../../enrichment/profile-url.ts';
import { ApiError } from '../api-error.ts';
import { buildAnswerResponse } from '../answer-response.ts';
import type { RequestContext } from '../middleware/request-context.ts';

/** The one route whose answers are kept for replay. */
const keptRoute = 'POST /v1/linkedin-profile-enrichment/enrich';

/** One URL of the request, read. */
export type RequestItem = { url: string; parsing: ProfileUrlParsing };

/** A request whose credits and idempotency key are held. */
export type HeldRequest = {
    items: readonly RequestItem[];
    /** Canonical URLs among the items that must not be fetched. */
    suppressed: ReadonlySet<string>;
    /** A sign of life; throws when what was held is lost. */
    renew(): Promise<void>;
    /** Settles and gives the answer to send; throws when what was held is lost. To be called once. */
    settle(settlement: {
        /** Profiles found: whoever of them was suppressed meanwhile is told to `conclude`. */
        found: readonly string[];
        conclude: (suppressed: ReadonlySet<string>) => Conclusion;
    }): Promise<Answer>;
};

/**
 * Idempotency and credits, in one transaction: replays what was answered before, refuses what cannot be paid, holds
 * the rest while the route works. Whatever the route does not settle is given back.
 */
export function holdRequest(gatekeeper: Gatekeeper) {
    return createMiddleware<RequestContext>(async (c, next) => {
        const { caller, body, requestId, idempotencyKey = null } = c.var;
        if (!caller || !body) throw new Error('a request is held after its caller and body are known');
        const { request } = body;
        const urls = request.kind === 'single' ? [request.url] : request.urls;
        const items = urls.map((url) => ({ url, parsing: parseStrictProfileUrl(url) }));
        const asked = items.flatMap(({ parsing }) => (parsing.ok ? parsing.profileUrl.canonicalUrl : []));
        const canonicalUrls = [...new Set(asked)];

        const opening = await gatekeeper.open({
            requestId,
            tenantId: caller.tenantId,
            mode: caller.mode,
            route: keptRoute,
            idempotencyKey,
            bodyHash: body.hash,
            credits: caller.mode === 'live' ? canonicalUrls.length : 0,
            canonicalUrls,
        });
        switch (opening.kind) {
            case 'replay':
                return buildAnswerResponse(c, opening.answer, { 'Idempotent-Replayed': 'true' });
            case 'in_progress':
                throw new ApiError(
                    'request_in_progress',
                    'A request with this Idempotency-Key is being worked on. Ask again in a moment.',
                    { 'Retry-After': '1' },
                );
            case 'key_reused':
                throw new ApiError(
                    'validation_failed',
                    'This Idempotency-Key was used with another body. Use a new key for a new request.',
                );
            case 'insufficient_credits':
                throw new ApiError(
                    'insufficient_credits',
                    'The balance does not cover this request. Top up and send it again.',
                );
            case 'opened':
        }

        const claim = { tenantId: caller.tenantId, requestId };
        let isSettled = false;
        c.set('held', {
            items,
            suppressed: opening.suppressed,
            async renew() {
                if (!(await gatekeeper.renew(requestId))) throw lost();
            },
            async settle(settlement) {
                const closing = await gatekeeper.close({ ...claim, ...settlement });
                isSettled = true;
                if (closing.kind === 'lost') throw lost();
                return closing.answer;
            },
        });
        await next();
        // The route failed before it could settle. Should giving back fail too, the lease runs out and does it.
        if (!isSettled) await gatekeeper.close({ ...claim, found: [], conclude: () => nothing }).catch(() => {});
    });
}

const nothing: Conclusion = {
    creditsUsed: 0,
    isFinal: false,
    canonicalUrls: [],
    buildAnswer: () => ({ status: 500, body: '' }),
};

function lost(): Error {
    return new Error('the reservation was given back before the request was done');
}
