import { ulid } from 'ulid';
import type { Platform } from './platform.ts';

/** The run's name for as long as it can be resumed. Local runs have no id: the first start makes one and keeps it. */
export async function readRunKey({ isAtHome, runId, records }: Platform): Promise<string> {
    if (isAtHome) return runId;
    const kept = await records.get('LOCAL_RUN_KEY');
    if (typeof kept === 'string') return kept;
    const made = `local-${ulid()}`;
    await records.set('LOCAL_RUN_KEY', made);
    return made;
}
