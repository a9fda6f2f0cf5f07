import type { Context } from 'hono';
import * as z from 'zod';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import { resultMetaSchema, resultSchemaVersion } from '../enrichment/result/result.ts';
import { admit, requireKey } from './admit.ts';
import type { RequestContext } from './middleware/request-context.ts';
import { sendJson } from './send-response.ts';

export const accountPath = '/v1/account';

/** What an account is shown of itself. */
export const accountResponseSchema = z.object({
    data: z.object({
        credits: z.int().nonnegative().describe('What can still be spent.'),
        reserved: z.int().nonnegative().describe('Held for requests that are running.'),
        used_this_month: z.int().nonnegative().describe('Credits used in this calendar month (UTC).'),
        max_requests_per_second: z.int().positive().describe('Of live keys together, and of test keys together.'),
        max_urls_per_request: z.int().positive(),
        days: z
            .array(
                z.object({
                    date: z.string().describe('A day in UTC, such as 2026-03-01.'),
                    requests: z.int().nonnegative(),
                    credits_used: z.int().nonnegative(),
                }),
            )
            .describe('The last 31 days that had requests, the oldest first.'),
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
