import type { WebSocket } from 'ws';
import type { LocalDataset } from './local-dataset.ts';

export type RunStatus = 'READY' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED-OUT';

/** A run's pricing as `GET run` tells it. Null: the Actor costs nothing by event. */
export type PricingInfo = {
    pricingModel: 'PAY_PER_EVENT' | 'PRICE_PER_DATASET_ITEM' | 'FREE';
    pricePerUnitUsd?: number;
    pricingPerEvent?: { actorChargeEvents: Record<string, object> };
};

export type RunRecord = { value: Buffer; contentType: string };

export type RunOptions = {
    input: unknown;
    pricingInfo?: PricingInfo | null;
    maxTotalChargeUsd?: number | null;
    /** How long after its start the platform ends the run, in milliseconds; null for never. */
    timeoutMs?: number | null;
};

/** The event by which the platform bills every row of the default dataset when its price is set. */
export const rowEvent = 'apify-default-dataset-item';

/** One run and the truth about it: what is stored and what was charged, whatever the Actor was told. */
export class PlatformRun {
    readonly id: string;
    readonly dataset: LocalDataset;
    readonly misses: LocalDataset;
    readonly records = new Map<string, RunRecord>();
    /** Charges by idempotency key: a key charges once. */
    readonly charges = new Map<string, { eventName: string; count: number; at: number }>();
    readonly sockets = new Set<WebSocket>();
    readonly pricingInfo: PricingInfo | null;
    readonly timeoutMs: number | null;
    maxTotalChargeUsd: number | null;
    status: RunStatus = 'READY';
    statusMessage: string | null = null;
    isStatusTerminal = false;
    startedAt = Date.now();
    timeoutAt: number | null = null;
    /** How often the Actor asked to be started anew. */
    reboots = 0;

    constructor(
        id: string,
        datasets: { dataset: LocalDataset; misses: LocalDataset },
        { input, pricingInfo = null, maxTotalChargeUsd = null, timeoutMs = null }: RunOptions,
    ) {
        this.id = id;
        this.dataset = datasets.dataset;
        this.misses = datasets.misses;
        this.pricingInfo = pricingInfo;
        this.maxTotalChargeUsd = maxTotalChargeUsd;
        this.timeoutMs = timeoutMs;
        this.records.set('INPUT', { value: Buffer.from(JSON.stringify(input)), contentType: 'application/json' });
        this.extend();
    }

    /** The time starts anew, as it does when a run is resurrected. */
    extend(): void {
        this.startedAt = Date.now();
        this.timeoutAt = this.timeoutMs === null ? null : this.startedAt + this.timeoutMs;
    }

    /** Repeated keys are accepted and do nothing, as on the platform. */
    charge(key: string, eventName: string, count: number): void {
        if (!this.charges.has(key)) this.charges.set(key, { eventName, count, at: Date.now() });
    }

    /** Events charged, the platform's own row event included; those of the last `lagMs` are not told yet. */
    countCharges(lagMs = 0): Record<string, number> {
        const counts: Record<string, number> = {};
        const events = this.pricingInfo?.pricingPerEvent?.actorChargeEvents ?? {};
        for (const event of Object.keys(events)) counts[event] = 0;
        for (const { eventName, count, at } of this.charges.values()) {
            if (at <= Date.now() - lagMs) counts[eventName] = (counts[eventName] ?? 0) + count;
        }
        if (rowEvent in events) counts[rowEvent] = this.dataset.readTruth().length;
        return counts;
    }

    /** A record as JSON, or null when there is none. */
    readJson(key: string): unknown {
        const record = this.records.get(key);
        return record ? JSON.parse(record.value.toString()) : null;
    }

    sendEvent(name: string, data: object = {}): void {
        for (const socket of this.sockets) socket.send(JSON.stringify({ name, data }));
    }

    /** What `GET run` answers; the counts of charges lag behind. */
    describe(lagMs: number): object {
        return {
            id: this.id,
            actId: 'actor1',
            userId: 'user1',
            status: this.status,
            statusMessage: this.statusMessage,
            isStatusMessageTerminal: this.isStatusTerminal,
            startedAt: new Date(this.startedAt).toISOString(),
            defaultDatasetId: this.dataset.id,
            defaultKeyValueStoreId: `store-${this.id}`,
            options: {
                memoryMbytes: 256,
                timeoutSecs: 3600,
                ...(this.maxTotalChargeUsd === null ? {} : { maxTotalChargeUsd: this.maxTotalChargeUsd }),
            },
            ...(this.pricingInfo
                ? { pricingInfo: this.pricingInfo, chargedEventCounts: this.countCharges(lagMs) }
                : {}),
        };
    }
}
