import { createMiddleware } from 'hono/factory';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import { ApiError } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

const challenge = { 'WWW-Authenticate': 'Bearer' };

/** Finds out whose key the request carries. */
export function authenticate(gatekeeper: Gatekeeper) {
    return createMiddleware<RequestContext>(async (c, next) => {
        const authentication = await gatekeeper.authenticate(c.req.header('authorization'));
        switch (authentication.kind) {
            case 'missing':
                throw new ApiError(
                    'unauthenticated',
                    'Send your API key in the header `Authorization: Bearer <key>`.',
                    challenge,
                );
            case 'invalid':
                throw new ApiError('invalid_api_key', 'This API key is not known or was revoked.', challenge);
            case 'known':
                c.set('caller', authentication.caller);
        }
        await next();
    });
}
