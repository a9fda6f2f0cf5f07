import type { Context } from 'hono';
import * as z from 'zod';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import { field } from '../enrichment/result/field.ts';
import { resultMetaSchema, resultSchemaVersion } from '../enrichment/result/result.ts';
import { admit, requireKey } from './admit.ts';
import type { RequestContext } from './middleware/request-context.ts';
import { sendJson } from './send-response.ts';

export const accountPath = '/v1/account';

const countSchema = z.int().nonnegative();

/** What an account is shown of itself. */
export const accountResponseSchema = z.object({
    data: z.object({
        credits: field(countSchema, 'What can still be spent.', 4995),
        reserved: field(countSchema, 'Held for requests that are running.', 1),
        used_this_month: field(countSchema, 'Credits used in this calendar month (UTC).', 5),
        max_requests_per_second: field(z.int().positive(), 'Of live keys together, and of test keys together.', 4),
        max_urls_per_request: field(z.int().positive(), 'URLs that one request may hold.', 100),
        days: field(
            z.array(
                z.object({
                    date: field(z.string(), 'A day in UTC.', '2026-11-25'),
                    requests: field(countSchema, 'Requests of that day.', 7),
                    credits_used: field(countSchema, 'Credits used on that day.', 5),
                }),
            ),
            'The last 31 days that had requests, the oldest first.',
        ),
    }),
    meta: resultMetaSchema.pick({ request_id: true, api: true, version: true, mode: true }),
});

/** The balance, the plan and the use of the account that asks. Counts as a request, costs nothing. */
export function createAccountRoute(
    { gatekeeper, holdBack }: { gatekeeper: Gatekeeper; holdBack: () => Promise<void> },
    readAccount: NonNullable<Gatekeeper['readAccount']>,
): (c: Context<RequestContext>) => Promise<Response> {
    return async (c) => {
        const keyHash = await requireKey(c, { gatekeeper, holdBack });
        const { caller } = await admit(c, gatekeeper, { keyHash, busyAccounts: [], work: null });
        const data = await readAccount(caller);
        if (!data) throw new Error('an account that does not exist');
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
