import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** Gives HTTP/1.1 requests sockets that are opened elsewhere, and keeps them for the next. */
export class SocketAgent extends Agent {
    readonly #open: () => Promise<Socket>;
    #spare: Socket | undefined;

    constructor(open: () => Promise<Socket>, spare: Socket | undefined) {
        super({ keepAlive: true });
        this.#open = open;
        this.#spare = spare;
    }

    override createConnection(_options: unknown, callback?: (error: Error | null, socket: Socket) => void): undefined {
        void this.#connect(callback);
    }

    async #connect(callback: ((error: Error | null, socket: Socket) => void) | undefined): Promise<void> {
        const spare = this.#spare;
        this.#spare = undefined;
        try {
            const socket = spare && !spare.destroyed ? spare : await this.#open();
            callback?.(null, socket);
        } catch (error) {
            callback?.(error as Error, undefined as never);
        }
    }
}
