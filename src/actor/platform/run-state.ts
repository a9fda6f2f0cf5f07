import * as z from 'zod';
import { ulid } from 'ulid';
import type { Platform } from './platform.ts';

/** The record of the run's own store that keeps what a restart need not find out again. */
const runStateKey = 'RUN_STATE';

const runStateSchema = z.object({
    /** Batches whose charge is known to be made: not charged again, even if the platform should forget its keys. */
    chargedBatchIds: z.array(z.string()),
});
export type RunState = z.infer<typeof runStateSchema>;

/** Key-value records of the run; strongly consistent on the platform. */
export type RecordStore = {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown): Promise<void>;
};

/** What an earlier start of this run left; null when it left nothing. */
export async function readRunState(records: RecordStore): Promise<RunState | null> {
    return runStateSchema.safeParse(await records.get(runStateKey)).data ?? null;
}

/** Leaves a note for the next start. */
export async function writeRunState(records: RecordStore, state: RunState): Promise<void> {
    await records.set(runStateKey, state);
}

/** The run's name for as long as it can be resumed. Local runs have no id: the first start makes one and keeps it. */
export async function readRunKey({ isAtHome, runId, records }: Platform): Promise<string> {
    if (isAtHome) return runId;
    const kept = await records.get('LOCAL_RUN_KEY');
    if (typeof kept === 'string') return kept;
    const made = `local-${ulid()}`;
    await records.set('LOCAL_RUN_KEY', made);
    return made;
}
