import { expect } from 'vitest';
import { resultSchema } from '../../../src/enrichment/result/result.ts';
import type { ActorRunResult } from './run-actor.ts';

/**
 * Checks that the totals of a run add up and match its rows, and that every success is charged once, none in test mode.
 */
export function expectTruth({ output, rows, charges }: ActorRunResult): void {
    const { lines, found, partial, not_found, errors, invalid, duplicates, remaining, charged } = output;
    const isTest = output.mode === 'test';
    // Test mode charges nothing: what a live run would charge is only in the charging log.
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
