import type { Mode } from '../enrichment/result.ts';
import type { Database, Queryable } from './database/database.ts';
import { findSuppressed } from './suppression.ts';
import { countCredits } from './usage.ts';

/** How long a reservation stands without a sign of life, in milliseconds: a request's time budget (8 s) and 5 s more. */
export const reservationLeaseMs = 13_000;

/** How long a final answer is kept for replay, in milliseconds. */
export const answerKeptMs = 24 * 60 * 60 * 1000;

/** One request as the ledger sees it before any work is done for it. */
export type Opening = {
    /** The request's id, and its reservation's. */
    requestId: string;
    tenantId: string;
    mode: Mode;
    route: string;
    /** Null without an `Idempotency-Key`. */
    idempotencyKey: string | null;
    /** Tells one parsed body from another. */
    bodyHash: string;
    /** The most this request can come to; 0 in test mode. */
    credits: number;
    /** The profiles asked for. */
    canonicalUrls: readonly string[];
};

export type Answer = { status: number; body: string };

export type OpeningOutcome =
    /** Credits and key are held. `suppressed` are those of the profiles that must not be fetched. */
    | { kind: 'opened'; suppressed: ReadonlySet<string> }
    /** The same request was answered before. */
    | { kind: 'replay'; answer: Answer }
    | { kind: 'in_progress' }
    /** The key was used with another body. */
    | { kind: 'key_reused' }
    | { kind: 'insufficient_credits' };

/** What a request came to. */
export type Conclusion = {
    /** At most what was reserved. */
    creditsUsed: number;
    /** Whether the same request would come to the same: only then is the answer kept for its key. */
    isFinal: boolean;
    /** The profiles whose data the answer holds. */
    canonicalUrls: readonly string[];
    /** The answer, now that the balance after it is known; null where nothing limits it. */
    buildAnswer: (creditsLeft: number | null) => Answer;
};

/** `lost`: the reservation was given back meanwhile, so nothing is charged and nothing may be answered. */
export type ClosingOutcome = { kind: 'closed'; answer: Answer } | { kind: 'lost' };

/**
 * Holds the credits and the idempotency key of one request, both or neither. Reservations of this account that were
 * left behind are given back first, so that a process that died never stands in the way.
 */
export function openRequest(db: Database, opening: Opening, now: number): Promise<OpeningOutcome> {
    const { requestId, tenantId, mode, route, idempotencyKey: key, bodyHash, credits } = opening;
    return db.transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        await giveBackStale(tx, tenantId, now);
        if (key !== null) {
            const earlier = await findEarlier(tx, opening, now);
            if (earlier) return earlier;
        }
        // The account is locked: nobody else spends between this check and the commit.
        const paid = await tx.query(
            'update tenants set credits = credits - $2 where id = $1 and credits >= $2 returning credits',
            [tenantId, credits],
        );
        if (paid.length === 0) return { kind: 'insufficient_credits' };
        await tx.query('insert into reservations (id, tenant_id, credits, leased_until) values ($1, $2, $3, $4)', [
            requestId,
            tenantId,
            credits,
            new Date(now + reservationLeaseMs),
        ]);
        if (key !== null) {
            await tx.query(
                `insert into idempotency_keys (tenant_id, route, mode, key, body_hash, reservation_id, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7)`,
                [tenantId, route, mode, key, bodyHash, requestId, new Date(now + answerKeptMs)],
            );
        }
        return { kind: 'opened', suppressed: await findSuppressed(tx, opening.canonicalUrls) };
    });
}

/** A sign of life of a request that takes long. False when its reservation is gone: stop working on it. */
export async function renewRequest(db: Queryable, requestId: string, now: number): Promise<boolean> {
    const rows = await db.query(
        `update reservations set leased_until = $2 where id = $1 and settled_credits is null returning id`,
        [requestId, new Date(now + reservationLeaseMs)],
    );
    return rows.length > 0;
}

/**
 * Settles a request: takes the credits it used, gives the others back, and keeps or frees its idempotency key, all in
 * one transaction. `conclude` is told who was put on the suppression list meanwhile, of the profiles in `found`.
 * Safe to repeat when it is not known whether it took effect: the second time changes nothing.
 */
export function closeRequest(
    db: Database,
    {
        tenantId,
        requestId,
        found,
        conclude,
        now,
    }: {
        tenantId: string;
        requestId: string;
        found: readonly string[];
        conclude: (suppressed: ReadonlySet<string>) => Conclusion;
        now: number;
    },
): Promise<ClosingOutcome> {
    return db.transaction(async (tx) => {
        const balance = await lockTenant(tx, tenantId);
        const [reservation] = await tx.query<{ credits: number; settled_credits: number | null }>(
            'select credits, settled_credits from reservations where id = $1',
            [requestId],
        );
        if (!reservation) return { kind: 'lost' };
        const { creditsUsed, isFinal, canonicalUrls, buildAnswer } = conclude(await findSuppressed(tx, found));
        if (reservation.settled_credits !== null) {
            return { kind: 'closed', answer: (await readAnswer(tx, requestId)) ?? buildAnswer(balance) };
        }

        const unused = reservation.credits - creditsUsed;
        await tx.query('update reservations set settled_credits = $2 where id = $1', [requestId, creditsUsed]);
        await tx.query('update tenants set credits = credits + $2 where id = $1', [tenantId, unused]);
        await countCredits(tx, tenantId, now, creditsUsed);
        const answer = buildAnswer(balance + unused);
        if (isFinal) {
            await tx.query(
                `update idempotency_keys
                 set answer_status = $2, answer_body = $3, canonical_urls = $4, expires_at = $5
                 where reservation_id = $1`,
                [requestId, answer.status, answer.body, canonicalUrls, new Date(now + answerKeptMs)],
            );
        } else {
            await tx.query('delete from idempotency_keys where reservation_id = $1', [requestId]);
        }
        return { kind: 'closed', answer };
    });
}

/** Gives back every reservation of this account whose process went silent, and frees its key. The account is locked. */
export async function giveBackStale(tx: Queryable, tenantId: string, now: number): Promise<void> {
    const stale = await tx.query<{ id: string; credits: number }>(
        `delete from reservations
         where tenant_id = $1 and settled_credits is null and leased_until <= $2 returning id, credits`,
        [tenantId, new Date(now)],
    );
    if (stale.length === 0) return;
    const credits = stale.reduce((sum, reservation) => sum + reservation.credits, 0);
    await tx.query('update tenants set credits = credits + $2 where id = $1', [tenantId, credits]);
    await tx.query('delete from idempotency_keys where reservation_id = any($1) and answer_status is null', [
        stale.map(({ id }) => id),
    ]);
}

/** Locks the account until the transaction ends and returns what it can spend. Every change of credits begins here. */
export async function lockTenant(tx: Queryable, tenantId: string): Promise<number> {
    const [tenant] = await tx.query<{ credits: number }>('select credits from tenants where id = $1 for update', [
        tenantId,
    ]);
    if (!tenant) throw new Error('an account that does not exist');
    return tenant.credits;
}

async function readAnswer(tx: Queryable, requestId: string): Promise<Answer | null> {
    const [row] = await tx.query<{ answer_status: number; answer_body: string }>(
        `select answer_status, answer_body from idempotency_keys
         where reservation_id = $1 and answer_status is not null`,
        [requestId],
    );
    return row ? { status: row.answer_status, body: row.answer_body } : null;
}

async function findEarlier(tx: Queryable, opening: Opening, now: number): Promise<OpeningOutcome | null> {
    const look = [opening.tenantId, opening.route, opening.mode, opening.idempotencyKey];
    const [earlier] = await tx.query<{
        body_hash: string;
        answer_status: number | null;
        answer_body: string | null;
        canonical_urls: string[];
        expires_at: Date;
    }>(
        `select body_hash, answer_status, answer_body, canonical_urls, expires_at from idempotency_keys
         where tenant_id = $1 and route = $2 and mode = $3 and key = $4`,
        look,
    );
    if (!earlier) return null;
    const { answer_status: status, answer_body: body } = earlier;
    const isAnswered = status !== null && body !== null;
    const isOver = isAnswered && earlier.expires_at.getTime() <= now;
    // Someone in the answer may have been suppressed while it was being written.
    if (isOver || (await findSuppressed(tx, earlier.canonical_urls)).size > 0) {
        await tx.query(
            'delete from idempotency_keys where tenant_id = $1 and route = $2 and mode = $3 and key = $4',
            look,
        );
        return null;
    }
    if (earlier.body_hash !== opening.bodyHash) return { kind: 'key_reused' };
    return isAnswered ? { kind: 'replay', answer: { status, body } } : { kind: 'in_progress' };
}
