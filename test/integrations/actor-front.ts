import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ActorProcess } from '../platform/local/actor-process.ts';
import type { LocalPlatform } from '../platform/local/local-platform.ts';
import type { PlatformRun, RunOptions } from '../platform/local/platform-run.ts';
import { readBody } from '../platform/local/request-body.ts';

export type ActorFrontOptions = {
    platform: LocalPlatform;
    createRun: (options: RunOptions) => PlatformRun;
    start: (run: PlatformRun) => ActorProcess;
};

/**
 * A stand-in for Apify's API as callers of an Actor use it: starts runs and waits for them. Other requests are
 * forwarded to the local platform that the runs use.
 */
export class ActorFront {
    origin = '';
    /** The started runs, in order. */
    readonly runs: PlatformRun[] = [];
    readonly #options: ActorFrontOptions;
    readonly #ended = new Map<string, Promise<unknown>>();
    readonly #server: Server;

    constructor(options: ActorFrontOptions) {
        this.#options = options;
        this.#server = createServer((request, response) => void this.#answer(request, response));
    }

    async open(): Promise<this> {
        await new Promise<void>((resolve) => {
            this.#server.listen(0, '127.0.0.1', resolve);
        });
        this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
        return this;
    }

    close(): void {
        this.#server.close();
        this.#server.closeAllConnections();
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? '/', this.origin);
        const [, , kind, id = '', part] = url.pathname.split('/').map(decodeURIComponent);
        const isActor = kind === 'acts' || kind === 'actors';
        const send = (status: number, body: unknown) =>
            response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        if (isActor && request.method === 'POST' && (part === 'runs' || part === 'run-sync-get-dataset-items')) {
            const run = this.#startRun(JSON.parse((await readBody(request)).toString()) as object, url);
            if (part === 'runs') return void send(201, { data: run.describe(0) });
            await this.#ended.get(run.id);
            return void send(201, run.dataset.readTruth());
        }
        if (kind === 'actor-runs' && request.method === 'GET') await this.#ended.get(id);
        if (kind === 'key-value-stores' && part === undefined)
            return void send(200, { data: { id, urlSigningSecretKey: 'secret' } });
        return this.#forward(response, url);
    }

    #startRun(input: object, { searchParams }: URL): PlatformRun {
        const limit = searchParams.get('maxTotalChargeUsd');
        const run = this.#options.createRun({ input, ...(limit === null ? {} : { maxTotalChargeUsd: Number(limit) }) });
        this.runs.push(run);
        const { ended } = this.#options.start(run);
        const over = ended.then(({ exitCode }) => {
            run.status = exitCode === 0 ? 'SUCCEEDED' : 'FAILED';
        });
        this.#ended.set(run.id, over);
        return run;
    }

    async #forward(response: ServerResponse, url: URL): Promise<void> {
        const answer = await fetch(`${this.#options.platform.origin}${url.pathname}${url.search}`);
        const headers = Object.fromEntries(
            [...answer.headers].filter(([name]) => /^(?:content-type|x-apify)/.test(name)),
        );
        response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    }
}
