import { expect } from 'vitest';
import { resultSchema } from '../../../src/enrichment/result/result.ts';
import type { ActorRunResult } from './run-actor.ts';

/** The totals of a run add up, agree with its rows, and every success is charged once; in test mode to nobody. */
export function expectTruth({ output, rows, charges }: ActorRunResult): void {
    const { lines, found, partial, not_found, errors, invalid, duplicates, remaining, charged } = output;
    const isTest = output.mode === 'test';
    // Nobody is charged in test mode: what a live run would charge is in the charging log and nowhere else.
    const paid = isTest ? 0 : found - partial;
    expect(found + not_found + errors + invalid + duplicates + remaining).toBe(lines);
    expect(charged).toBe(paid);
    expect(output.would_charge).toBe(isTest ? found - partial : undefined);
    expect(charges.reduce((sum, { count }) => sum + count, 0)).toBe(found - partial);
    expect(new Set(charges.map((charge) => charge.idempotency_key)).size).toBe(charges.length);
    expect(rows.filter((row) => row.meta.credits_used === 1)).toHaveLength(paid);
    expect(new Set(rows.map((row) => row.input_index)).size).toBe(rows.length);
    for (const row of rows) expect(resultSchema.safeParse(row).error).toBeUndefined();
}
