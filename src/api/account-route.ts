import type { Context } from 'hono';
import * as z from 'zod';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import { field } from '../enrichment/result/field.ts';
import { resultMetaSchema, resultSchemaVersion } from '../enrichment/result/result.ts';
import { admit, requireKey } from './admit.ts';
import { sendJson, type RequestContext } from './request-context.ts';

export const accountPath = '/v1/account';

const countSchema = z.int().nonnegative();

/** What an account may see of itself. */
export const accountResponseSchema = z.object({
    data: z.object({
        credits: field(countSchema, 'The credits left.', 4995),
        reserved: field(countSchema, 'Credits reserved for running requests.', 1),
        used_this_month: field(countSchema, 'Credits used in this calendar month (UTC).', 5),
        max_requests_per_second: field(
            z.int().positive(),
            'For all live keys together, and for all test keys together.',
            4,
        ),
        max_urls_per_request: field(z.int().positive(), 'The maximum number of URLs in one request.', 100),
        days: field(
            z.array(
                z.object({
                    date: field(z.string(), 'A day in UTC.', '2026-11-25'),
                    requests: field(countSchema, 'Requests on that day.', 7),
                    credits_used: field(countSchema, 'Credits used on that day.', 5),
                }),
            ),
            'The last 31 days with requests, oldest first.',
        ),
    }),
    meta: resultMetaSchema.pick({ request_id: true, api: true, version: true, mode: true }),
});

/** The caller's balance, plan and usage. Counts as a request, costs nothing. */
export function createAccountRoute(
    { gatekeeper, holdBack }: { gatekeeper: Gatekeeper; holdBack: () => Promise<void> },
    readAccount: NonNullable<Gatekeeper['readAccount']>,
): (c: Context<RequestContext>) => Promise<Response> {
    return async (c) => {
        const keyHash = await requireKey(c, { gatekeeper, holdBack });
        const { caller } = await admit(c, gatekeeper, { keyHash, busyAccounts: [], work: null });
        const data = await readAccount(caller);
        if (!data) throw new Error('the account does not exist');
        const response: z.infer<typeof accountResponseSchema> = {
            data,
            meta: {
                request_id: c.get('requestId'),
                api: 'linkedin-profile-enrichment',
                version: resultSchemaVersion,
                mode: caller.mode,
            },
        };
        return sendJson(c, { status: 200, body: JSON.stringify(response) });
    };
}
