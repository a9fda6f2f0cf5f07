import type { Queryable } from '../../../src/accounts/database.ts';

/** The clock of a test database, which counts rates, leases and expiry; it can be stopped and moved forward. */
export type DatabaseClock = {
    /** Milliseconds since the epoch. */
    now(): Promise<number>;
    /** Stops the clock at an instant. */
    stopAt(now: number): Promise<void>;
    /** Moves the clock forward. */
    step(durationMs: number): Promise<void>;
    /** Runs `work` with the clock stopped at the start of its next second. */
    standStill<T>(work: () => Promise<T>): Promise<T>;
};

/** Replaces the SQL function that returns the time. The schema must exist. */
export async function takeDatabaseClock(db: Queryable): Promise<DatabaseClock> {
    await db.query('create table test_clock (stopped_at timestamptz, forward interval not null)');
    await db.query(`insert into test_clock values (null, '0')`);
    await db.query(
        `create or replace function accounts_now() returns timestamptz language sql volatile
         as 'select coalesce(stopped_at, clock_timestamp()) + forward from test_clock'`,
    );
    const clock: DatabaseClock = {
        async now() {
            const [row] = await db.query<{ now: Date }>('select accounts_now() as now');
            return row?.now.getTime() ?? Number.NaN;
        },
        async stopAt(now) {
            await db.query(`update test_clock set stopped_at = $1, forward = '0'`, [new Date(now)]);
        },
        async step(durationMs) {
            await db.query('update test_clock set forward = forward + $1::interval', [`${durationMs} milliseconds`]);
        },
        async standStill(work) {
            const standsAt = Math.ceil(((await clock.now()) + 1) / 1000) * 1000;
            await clock.stopAt(standsAt);
            try {
                return await work();
            } finally {
                await db.query(
                    'update test_clock set stopped_at = null, forward = $1::timestamptz - clock_timestamp()',
                    [new Date(standsAt)],
                );
            }
        },
    };
    return clock;
}
