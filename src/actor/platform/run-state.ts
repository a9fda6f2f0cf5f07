import * as z from 'zod';
import { ulid } from 'ulid';

/** The record of the run's store that saves a restart repeated work. */
const runStateKey = 'RUN_STATE';

const runStateSchema = z.object({
    /** Batches known to be charged: not charged again, even if the platform should forget its keys. */
    chargedBatchIds: z.array(z.string()),
    /** Whether every line is done and every find charged. */
    isComplete: z.boolean().default(false),
});
export type RunState = z.infer<typeof runStateSchema>;

/** Key-value records of the run; strongly consistent on the platform. */
export type RecordStore = {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown): Promise<void>;
};

/** The state left by an earlier start of this run; null without one. */
export async function readRunState(records: RecordStore): Promise<RunState | null> {
    return runStateSchema.safeParse(await records.get(runStateKey)).data ?? null;
}

/** `isComplete`: whether every line is done and every find charged. */
export async function writeRunState(
    records: RecordStore,
    { chargedBatchIds }: Pick<RunState, 'chargedBatchIds'>,
    isComplete = false,
): Promise<void> {
    await records.set(runStateKey, { chargedBatchIds, isComplete } satisfies RunState);
}

/**
 * An identifier of the run that is stable for as long as it can be resumed. Local runs have no ID: the first start
 * creates and keeps one.
 */
export async function readRunKey(run: { isAtHome: boolean; runId: string; records: RecordStore }): Promise<string> {
    const { isAtHome, runId, records } = run;
    if (isAtHome) return runId;
    const kept = await records.get('LOCAL_RUN_KEY');
    if (typeof kept === 'string') return kept;
    const made = `local-${ulid()}`;
    await records.set('LOCAL_RUN_KEY', made);
    return made;
}
