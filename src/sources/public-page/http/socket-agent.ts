import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** An agent that gets its sockets from `open`, and keeps them alive for the next request. */
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
