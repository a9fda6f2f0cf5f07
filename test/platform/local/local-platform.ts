import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { parseApiCall, refuse, type ApiResponse, type ApiCall } from './api-call.ts';
import { noFaults, type Fault, type FaultPlan, type Operation } from './fault-plan.ts';
import { LocalDataset } from './local-dataset.ts';
import { PlatformRun, type RunOptions } from './platform-run.ts';
import { readBody } from './request-body.ts';

export type PlatformOptions = {
    /** How long after a push its rows become visible, in milliseconds; called for every push. */
    nextRowLagMs?: () => number;
    /** How long a call takes before it takes effect, in milliseconds; called for every call. */
    nextLatencyMs?: () => number;
    /** How long after its visible failure a late operation takes effect, in milliseconds. */
    lateMs?: number;
    /** How long the counts in `GET run` lag behind charges, in milliseconds. */
    countLagMs?: number;
};

/** Called right before and right after a call takes effect; tests kill the Actor here. */
export type CallListener = (operation: Operation, moment: 'before' | 'after', run: PlatformRun) => void;

/** Calls per second and resource; pushes have their own limit. */
const callsPerSecond = 60;
const pushesPerSecond = 400;

/**
 * A local Apify platform for the real SDK running "at home": runs with pricing and keyed charges, datasets, key-value
 * stores and platform events over HTTP and WebSocket. Has scripted faults, and records what really happened.
 */
export class LocalPlatform {
    readonly options: Required<PlatformOptions>;
    readonly #runs = new Map<string, PlatformRun>();
    readonly #server: Server;
    readonly #sockets = new WebSocketServer({ noServer: true });
    readonly #callCounts = new Map<string, number>();
    readonly #faultPlans = new Map<PlatformRun, FaultPlan>();
    readonly #callListeners = new Map<PlatformRun, CallListener>();
    readonly #rebootListeners = new Map<PlatformRun, () => void>();
    /** The number of faults so far, by run. */
    readonly faultCounts = new Map<PlatformRun, number>();
    /** The number of calls, by operation, over all runs. */
    readonly callTotals = new Map<Operation, number>();
    /** The total size of row listings. */
    bytesListed = 0;
    origin = '';

    constructor(options: PlatformOptions = {}) {
        this.options = { nextRowLagMs: () => 0, nextLatencyMs: () => 0, lateMs: 100, countLagMs: 3000, ...options };
        this.#server = createServer((request, response) => {
            this.#handle(request, response).catch((error: unknown) => {
                if (!response.headersSent) response.writeHead(500).end(String(error));
            });
        });
        this.#server.on('upgrade', (request, socket, head) => {
            const run = this.#runs.get((request.url ?? '').split('/').at(-1) ?? '');
            if (!run) return socket.destroy();
            this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
                run.sockets.add(webSocket);
                webSocket.on('close', () => run.sockets.delete(webSocket));
                webSocket.send(
                    JSON.stringify({ name: 'systemInfo', data: { isCpuOverloaded: false, cpuCurrentUsage: 5 } }),
                );
            });
        });
    }

    /** Listens on a free loopback port. */
    async start(): Promise<this> {
        await new Promise<void>((resolve) => {
            this.#server.listen(0, '127.0.0.1', resolve);
        });
        this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
        return this;
    }

    async close(): Promise<void> {
        for (const socket of this.#sockets.clients) socket.terminate();
        await new Promise<void>((resolve) => {
            this.#server.close(() => resolve());
            this.#server.closeAllConnections();
        });
    }

    createRun(options: RunOptions): PlatformRun {
        const id = `run${this.#runs.size + 1}`;
        const dataset = new LocalDataset(`rows-${id}`, this.options.nextRowLagMs);
        const misses = new LocalDataset(`misses-${id}`, this.options.nextRowLagMs);
        const run = new PlatformRun(id, { dataset, misses }, options);
        this.#runs.set(id, run);
        return run;
    }

    setFaultPlan(run: PlatformRun, plan: FaultPlan): void {
        this.#faultPlans.set(run, plan);
    }

    onCall(run: PlatformRun, listener: CallListener): void {
        this.#callListeners.set(run, listener);
    }

    onReboot(run: PlatformRun, listener: () => void): void {
        this.#rebootListeners.set(run, listener);
    }

    async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? '/', this.origin);
        const body = await readBody(request);
        const call = parseApiCall(
            { method: request.method ?? 'GET', url, headers: request.headers, body },
            {
                findRun: (id) => this.#runs.get(id),
                findDataset: (id) => this.#findDataset(id),
                countLagMs: this.options.countLagMs,
                onReboot: (run) => this.#rebootListeners.get(run)?.(),
            },
        );
        if (!call) return send(response, refuse(404, 'record-not-found', `There is nothing at ${url.pathname}.`));
        const { operation, run } = call;
        this.callTotals.set(operation, (this.callTotals.get(operation) ?? 0) + 1);
        const latencyMs = this.options.nextLatencyMs();
        if (latencyMs > 0) await sleep(latencyMs);
        if (this.#isOverLimit(call)) return send(response, refuse(429, 'rate-limit-exceeded', 'Too many calls.'));
        const fault = (this.#faultPlans.get(run) ?? noFaults)(operation);
        const carryOut = (): ApiResponse => {
            this.#callListeners.get(run)?.(operation, 'before', run);
            const answer = call.carryOut();
            if (operation === 'list') this.bytesListed += JSON.stringify(answer.body).length;
            this.#callListeners.get(run)?.(operation, 'after', run);
            return answer;
        };
        if (!fault) return send(response, carryOut());
        this.faultCounts.set(run, (this.faultCounts.get(run) ?? 0) + 1);
        if (fault.moment === 'after') carryOut();
        if (fault.moment === 'late') setTimeout(carryOut, this.options.lateMs);
        fail(response, fault);
    }

    #findDataset(id: string): { run: PlatformRun; dataset: LocalDataset } | undefined {
        const run = this.#runs.get(id.replace(/^(?:rows|misses)-/, ''));
        return run && { run, dataset: id === run.dataset.id ? run.dataset : run.misses };
    }

    #isOverLimit({ operation, resource }: ApiCall): boolean {
        const isPush = operation === 'push';
        const slot = `${resource} ${isPush ? 'push' : 'other'} ${Math.floor(Date.now() / 1000)}`;
        const count = (this.#callCounts.get(slot) ?? 0) + 1;
        if (count === 1 && this.#callCounts.size > 1000) this.#callCounts.clear();
        this.#callCounts.set(slot, count);
        return count > (isPush ? pushesPerSecond : callsPerSecond);
    }
}

function send(response: ServerResponse, { status, body, raw, headers }: ApiResponse): void {
    const content = raw ?? (body === undefined ? '' : JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(content);
}

function fail(response: ServerResponse, { kind }: Fault): void {
    switch (kind) {
        case 'reset':
            response.socket?.resetAndDestroy();
            return;
        case 'hang':
            return;
        case '403':
            return send(response, refuse(403, 'insufficient-permissions', 'This run may not do that.'));
        case '429':
            return send(response, refuse(429, 'rate-limit-exceeded', 'Too many calls.'));
        case '500':
        case '502':
        case '503':
            return send(response, refuse(Number(kind), 'internal-error', 'Something went wrong.'));
    }
}
