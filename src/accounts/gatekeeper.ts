import type { Clock } from '../enrichment/clock.ts';
import type { Database } from './database/database.ts';
import { findCaller, type Caller } from './keys.ts';
import { takeRateSlot, type RateDecision } from './rate-limiter.ts';
import type { SlotKind } from './rate-limit.ts';
import {
    closeRequest,
    openRequest,
    renewRequest,
    type ClosingOutcome,
    type Conclusion,
    type Opening,
    type OpeningOutcome,
} from './request-ledger.ts';

export type Authentication =
    | { kind: 'known'; caller: Caller }
    /** No `Authorization`, or one that is not `Bearer <key>`. */
    | { kind: 'missing' }
    /** A key that is not ours, or revoked. */
    | { kind: 'invalid' };

/**
 * Everything the API asks of the accounts for one request, in the order it asks: who is it, may they go on, are their
 * credits and key held, are they still, and what did it come to. Every method rejects when the accounts cannot be
 * reached, and then nothing was changed or it is given back by itself.
 */
export type Gatekeeper = {
    authenticate(authorization: string | undefined): Promise<Authentication>;
    takeSlot(caller: Caller, kind: SlotKind): Promise<RateDecision>;
    open(opening: Opening): Promise<OpeningOutcome>;
    /** False: what was held is lost, stop. */
    renew(requestId: string): Promise<boolean>;
    close(closing: {
        tenantId: string;
        requestId: string;
        found: readonly string[];
        conclude: (suppressed: ReadonlySet<string>) => Conclusion;
    }): Promise<ClosingOutcome>;
    /** Rejects when the accounts cannot be reached. */
    check(): Promise<void>;
};

/** Far more than a key has, in characters. */
const maxAuthorizationLength = 2048;

/** How often settling is tried when the database fails in the middle of it, and how long between, in milliseconds. */
const closeTries = 3;
const closePauseMs = 500;

/** The gatekeeper over a database of accounts. */
export function createGatekeeper(db: Database, clock: Clock): Gatekeeper {
    return {
        async authenticate(authorization) {
            if ((authorization?.length ?? 0) > maxAuthorizationLength) return { kind: 'invalid' };
            const key = /^Bearer +(\S.*)$/i.exec(authorization?.trim() ?? '')?.[1];
            if (key === undefined) return { kind: 'missing' };
            const caller = await findCaller(db, key, clock.now());
            return caller ? { kind: 'known', caller } : { kind: 'invalid' };
        },
        takeSlot: ({ tenantId }, kind) => takeRateSlot(db, { tenantId, kind, now: clock.now() }),
        open: (opening) => openRequest(db, opening, clock.now()),
        renew: (requestId) => renewRequest(db, requestId, clock.now()),
        async close(closing) {
            for (let tries = 1; ; tries += 1) {
                try {
                    return await closeRequest(db, { ...closing, now: clock.now() });
                } catch (error) {
                    // Whether it took effect is not known; asking again is safe and finds out.
                    if (tries >= closeTries) throw error;
                    await clock.sleep(closePauseMs);
                }
            }
        },
        async check() {
            await db.query('select 1');
        },
    };
}
