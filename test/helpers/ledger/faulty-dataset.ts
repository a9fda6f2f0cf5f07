import type { Clock } from '../../../src/enrichment/clock.ts';
import type { Row } from '../../../src/actor/ledger/row.ts';
import type { DatasetClient } from '../../../src/actor/ledger/dataset.ts';

/**
 * What happens to a push: it works, it fails before or after it took effect, it takes effect half a second after it
 * failed, or the dataset rejects it.
 */
export type PushFault = 'ok' | 'lost' | 'stored but failed' | 'stored late' | 'refused';

const lateMs = 500;

/** An append-only dataset in memory with scripted faults: the n-th push has the n-th fault, later ones work. */
export class FaultyDataset implements DatasetClient {
    readonly items: Row[] = [];
    readonly pushes: number[] = [];
    readonly #faults: PushFault[];

    /** The largest push accepted, in characters of JSON. */
    maxPushSize = Number.POSITIVE_INFINITY;
    /** The clock for late rows. */
    clock: Clock | null = null;
    #late: Array<{ rows: Row[]; dueAt: number }> = [];

    constructor(faults: PushFault[] = []) {
        this.#faults = [...faults];
    }

    async pushItems(rows: Row[]): Promise<void> {
        const fault = this.#faults.shift() ?? 'ok';
        this.pushes.push(rows.length);
        if (JSON.stringify(rows).length > this.maxPushSize)
            throw Object.assign(new Error('too large'), { statusCode: 413 });
        if (fault === 'refused') throw Object.assign(new Error('no access'), { statusCode: 403 });
        if (fault === 'ok' || fault === 'stored but failed') this.items.push(...structuredClone(rows));
        if (fault === 'stored late') {
            this.#late.push({ rows: structuredClone(rows), dueAt: (this.clock?.now() ?? 0) + lateMs });
        }
        if (fault !== 'ok')
            throw Object.assign(new Error('connection reset'), { statusCode: fault === 'lost' ? undefined : 502 });
    }

    async listItems({ offset = 0, limit = 1000, desc = false }: Parameters<DatasetClient['listItems']>[0]) {
        this.#takeLate(this.clock?.now() ?? 0);
        const ordered = desc ? this.items.toReversed() : this.items;
        return { items: ordered.slice(offset, offset + limit) as unknown as Array<Record<string, unknown>> };
    }

    /** Makes all late rows visible. */
    settle(): void {
        this.#takeLate(Number.POSITIVE_INFINITY);
    }

    #takeLate(now: number): void {
        for (const { rows } of this.#late.filter(({ dueAt }) => dueAt <= now)) this.items.push(...rows);
        this.#late = this.#late.filter(({ dueAt }) => dueAt > now);
    }
}
