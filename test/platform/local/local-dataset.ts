type Item = Record<string, unknown>;

/** The largest push that the platform takes, in bytes. */
const maxPushBytes = 5 * 1024 * 1024;

/** An append-only dataset as the platform has it: no idempotent push, and rows may take a while to show. */
export class LocalDataset {
    readonly id: string;
    /** Every row with when it was stored and when listings show it, in milliseconds since the epoch. */
    readonly #rows: Array<{ item: Item; visibleAt: number; countedAt: number }> = [];
    readonly #nextLagMs: () => number;
    /** What pushes are refused with; null while rows are taken. */
    refusal: { status: number; type: string; message: string } | null = null;

    constructor(id: string, nextLagMs: () => number) {
        this.id = id;
        this.#nextLagMs = nextLagMs;
    }

    /** Stores rows; null, or what a client is told instead. */
    push(items: Item[], bytes: number): { status: number; type: string; message: string } | null {
        if (this.refusal) return this.refusal;
        if (bytes > maxPushBytes)
            return { status: 413, type: 'request-too-large', message: 'The payload is too large.' };
        const lagMs = this.#nextLagMs();
        for (const item of items) {
            this.#rows.push({ item, visibleAt: Date.now() + lagMs, countedAt: Date.now() + 5000 });
        }
        return null;
    }

    /** One page of the rows that show by now, newest first when `isDesc`. */
    list({
        offset,
        limit,
        isDesc,
        fields,
    }: {
        offset: number;
        limit: number;
        isDesc: boolean;
        fields: string[] | null;
    }): { items: Item[]; total: number } {
        const now = Date.now();
        const visible = this.#rows.filter(({ visibleAt }) => visibleAt <= now);
        const page = (isDesc ? visible.toReversed() : visible).slice(offset, offset + limit);
        return { items: page.map(({ item }) => (fields ? pickFields(item, fields) : item)), total: visible.length };
    }

    /** `itemCount` of the dataset's description: lags by five seconds. */
    countItems(): number {
        return this.#rows.filter(({ countedAt }) => countedAt <= Date.now()).length;
    }

    /** All that is stored, shown or not. */
    readTruth(): Item[] {
        return this.#rows.map(({ item }) => item);
    }
}

/**
 * Only top-level names are picked, and empty ones are left out: that nested names (`meta.batch_id`) are picked, or that
 * null is answered, is nowhere promised.
 */
function pickFields(item: Item, fields: string[]): Item {
    return Object.fromEntries(
        Object.entries(item).filter(([field, value]) => fields.includes(field) && value !== null),
    );
}
