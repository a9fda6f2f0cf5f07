import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from './fault-plan.ts';
import type { PlatformRun } from './platform-run.ts';
import type { LocalDataset } from './local-dataset.ts';

export type ApiResponse = { status: number; body?: unknown; raw?: Buffer; headers?: Record<string, string> };

/** A parsed API call: its operation, its resource, and a function that executes it. */
export type ApiCall = {
    operation: Operation;
    run: PlatformRun;
    /** Rate limits apply per resource. */
    resource: string;
    carryOut: () => ApiResponse;
};

export type ApiRequest = {
    method: string;
    url: URL;
    headers: IncomingHttpHeaders;
    body: Buffer;
};

export type ApiContext = {
    findRun: (id: string) => PlatformRun | undefined;
    findDataset: (id: string) => { run: PlatformRun; dataset: LocalDataset } | undefined;
    countLagMs: number;
    onReboot: (run: PlatformRun) => void;
};

/** The largest record that the platform accepts, in bytes. */
const maxRecordBytes = 9 * 1024 * 1024;

/** Parses a request; null for an unknown endpoint or resource. */
export function parseApiCall({ method, url, headers, body }: ApiRequest, context: ApiContext): ApiCall | null {
    const [, version, kind = '', id = '', part, key] = url.pathname.split('/').map(decodeURIComponent);
    if (version !== 'v2') return null;
    const resource = `${kind}/${id}`;
    switch (kind) {
        case 'actor-runs': {
            const run = context.findRun(id);
            return run ? parseRunCall({ method, headers, body }, run, part, resource, context) : null;
        }
        case 'datasets': {
            const found = context.findDataset(id);
            return found ? parseDatasetCall({ method, url, body }, found, part, resource) : null;
        }
        case 'key-value-stores': {
            const run = context.findRun(id.replace(/^store-/, ''));
            return run
                ? parseRecordCall({ method, headers, body }, run, part === 'records' ? key : undefined, resource)
                : null;
        }
        default:
            return null;
    }
}

function parseRunCall(
    { method, headers, body }: Omit<ApiRequest, 'url'>,
    run: PlatformRun,
    part: string | undefined,
    resource: string,
    { countLagMs, onReboot }: ApiContext,
): ApiCall | null {
    const call = (operation: Operation, carryOut: () => ApiResponse): ApiCall => ({
        operation,
        run,
        resource,
        carryOut,
    });
    const describe = () => ({ status: 200, body: { data: run.describe(countLagMs) } });
    if (part === undefined && method === 'GET') return call('get-run', describe);
    if (part === undefined && method === 'PUT') {
        const { statusMessage, isStatusMessageTerminal } = JSON.parse(body.toString()) as {
            statusMessage: string;
            isStatusMessageTerminal?: boolean;
        };
        return call('set-status', () => {
            // A terminal message is final: later ones do not replace it.
            if (!run.isStatusTerminal || isStatusMessageTerminal) run.statusMessage = statusMessage;
            run.isStatusTerminal ||= isStatusMessageTerminal ?? false;
            return describe();
        });
    }
    if (part === 'charge' && method === 'POST') {
        const { eventName, count } = JSON.parse(body.toString()) as { eventName: string; count: number };
        const idempotencyKey = String(headers['idempotency-key']);
        return call('charge', () => {
            if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT')
                return refuse(400, 'not-pay-per-event', 'The Actor is not pay-per-event.');
            run.charge(idempotencyKey, eventName, count);
            return { status: 201, body: {} };
        });
    }
    if (part === 'reboot' && method === 'POST') {
        return call('reboot', () => {
            run.reboots += 1;
            onReboot(run);
            return describe();
        });
    }
    return null;
}

function parseDatasetCall(
    { method, url, body }: Omit<ApiRequest, 'headers'>,
    { run, dataset }: { run: PlatformRun; dataset: LocalDataset },
    part: string | undefined,
    resource: string,
): ApiCall | null {
    const call = (operation: Operation, carryOut: () => ApiResponse): ApiCall => ({
        operation,
        run,
        resource,
        carryOut,
    });
    if (part === undefined && method === 'GET') {
        return call('get-storage', () => ({
            status: 200,
            body: { data: { id: dataset.id, itemCount: dataset.countItems() } },
        }));
    }
    if (part !== 'items') return null;
    if (method === 'POST') {
        const items = JSON.parse(body.toString()) as object | object[];
        return call('push', () => {
            const refusal = dataset.push(
                (Array.isArray(items) ? items : [items]) as Array<Record<string, unknown>>,
                body.length,
            );
            return refusal ? refuse(refusal.status, refusal.type, refusal.message) : { status: 201, body: {} };
        });
    }
    return call('list', () => {
        const { searchParams } = url;
        const offset = Number(searchParams.get('offset') ?? 0);
        const limit = Number(searchParams.get('limit') ?? 999_999_999_999);
        const isDesc = searchParams.get('desc') === '1';
        const { items, total } = dataset.list({
            offset,
            limit,
            isDesc,
            fields: searchParams.get('fields')?.split(',') ?? null,
        });
        return {
            status: 200,
            body: items,
            headers: {
                'x-apify-pagination-total': String(total),
                'x-apify-pagination-offset': String(offset),
                'x-apify-pagination-limit': String(limit),
                'x-apify-pagination-count': String(items.length),
                'x-apify-pagination-desc': String(isDesc),
            },
        };
    });
}

function parseRecordCall(
    { method, headers, body }: Omit<ApiRequest, 'url'>,
    run: PlatformRun,
    key: string | undefined,
    resource: string,
): ApiCall | null {
    const call = (operation: Operation, carryOut: () => ApiResponse): ApiCall => ({
        operation,
        run,
        resource,
        carryOut,
    });
    if (key === undefined) {
        return method === 'GET'
            ? call('get-storage', () => ({ status: 200, body: { data: { id: resource.split('/')[1] } } }))
            : null;
    }
    if (method === 'PUT') {
        return call('set-record', () => {
            if (body.length > maxRecordBytes) return refuse(413, 'request-too-large', 'The payload is too large.');
            run.records.set(key, { value: body, contentType: headers['content-type'] ?? 'application/octet-stream' });
            return { status: 201, body: {} };
        });
    }
    if (method === 'DELETE') {
        return call('set-record', () => {
            run.records.delete(key);
            return { status: 204 };
        });
    }
    return call('get-record', () => {
        const record = run.records.get(key);
        if (!record) return refuse(404, 'record-not-found', `There is no record ${key}.`);
        return { status: 200, raw: record.value, headers: { 'content-type': record.contentType } };
    });
}

/** An error in the API's format. */
export function refuse(status: number, type: string, message: string): ApiResponse {
    return { status, body: { error: { type, message } } };
}
