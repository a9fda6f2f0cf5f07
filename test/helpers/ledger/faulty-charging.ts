/** Charging that charges every key once; the n-th call fails by the n-th fault, before or after it took effect. */
export class FaultyCharging {
    readonly counts = new Map<string, number>();
    calls = 0;
    readonly #faults: Array<'ok' | 'lost' | 'made but failed'>;

    constructor(faults: Array<'ok' | 'lost' | 'made but failed'> = []) {
        this.#faults = [...faults];
    }

    async charge({ count, idempotencyKey }: { count: number; idempotencyKey: string }): Promise<void> {
        const fault = this.#faults.shift() ?? 'ok';
        this.calls += 1;
        if (fault !== 'lost' && !this.counts.has(idempotencyKey)) this.counts.set(idempotencyKey, count);
        if (fault !== 'ok') throw new Error('connection reset');
    }

    get total(): number {
        return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    }
}
