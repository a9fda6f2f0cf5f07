import type { WebSocket } from 'ws';
import type { LocalDataset } from './local-dataset.ts';

export type RunStatus = 'READY' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED-OUT';

/** A run's pricing in `GET run`; null for an Actor without charges per event. */
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
    /** The run's timeout, in milliseconds; null for none. */
    timeoutMs?: number | null;
};

/** The event that the platform charges for every row of the default dataset when it has a price. */
export const rowEvent = 'apify-default-dataset-item';

/** One run, with what is really stored and charged, whatever the responses to the Actor were. */
export class PlatformRun {
    readonly id: string;
    readonly dataset: LocalDataset;
    readonly misses: LocalDataset;
    readonly records = new Map<string, RunRecord>();
    /** Charges by idempotency key; a key charges once. */
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
    /** The number of reboots requested by the Actor. */
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

    /** Restarts the timeout, as a resurrection does. */
    extend(): void {
        this.startedAt = Date.now();
        this.timeoutAt = this.timeoutMs === null ? null : this.startedAt + this.timeoutMs;
    }

    /** Repeated keys are accepted and do nothing, as on the platform. */
    charge(key: string, eventName: string, count: number): void {
        if (!this.charges.has(key)) this.charges.set(key, { eventName, count, at: Date.now() });
    }

    /** Events charged, including the platform's row event, without those of the last `lagMs`. */
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

    /** A record as JSON; null when missing. */
    readJson(key: string): unknown {
        const record = this.records.get(key);
        return record ? JSON.parse(record.value.toString()) : null;
    }

    sendEvent(name: string, data: object = {}): void {
        for (const socket of this.sockets) socket.send(JSON.stringify({ name, data }));
    }

    /** The response to `GET run`, where the counts of charges lag behind. */
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
