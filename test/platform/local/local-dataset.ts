type Item = Record<string, unknown>;

/** The largest push that the platform accepts, in bytes. */
const maxPushBytes = 5 * 1024 * 1024;

/** An append-only dataset like the platform's: pushes are not idempotent, and rows can become visible late. */
export class LocalDataset {
    readonly id: string;
    /** Rows with the times at which listings and counts include them, in milliseconds since the epoch. */
    readonly #rows: Array<{ item: Item; visibleAt: number; countedAt: number }> = [];
    readonly #nextLagMs: () => number;
    /** The error for pushes; null while they are accepted. */
    refusal: { status: number; type: string; message: string } | null = null;

    constructor(id: string, nextLagMs: () => number) {
        this.id = id;
        this.#nextLagMs = nextLagMs;
    }

    /** Stores rows; returns the error, or null. */
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

    /** One page of the visible rows, newest first when `isDesc`. */
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

    /** All stored rows, visible or not. */
    readTruth(): Item[] {
        return this.#rows.map(({ item }) => item);
    }
}

/**
 * Picks only top-level fields and omits missing ones: the platform does not document nested names (`meta.batch_id`), or
 * nulls.
 */
function pickFields(item: Item, fields: string[]): Item {
    return Object.fromEntries(
        Object.entries(item).filter(([field, value]) => fields.includes(field) && value !== null),
    );
}
