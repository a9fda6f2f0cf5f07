import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServerMessage, ServerOrder, ServerReport } from '../page-server.ts';

export type PageServer = Awaited<ReturnType<typeof startPageServer>>;

/** Starts the page server as a process of its own, so that its work is on nobody's account. */
export async function startPageServer() {
    const child = fork(fileURLToPath(new URL('page-server.js', import.meta.url)));

    function waitFor<Kind extends ServerMessage['kind']>(kind: Kind): Promise<Extract<ServerMessage, { kind: Kind }>> {
        return new Promise((resolve) => {
            const take = (message: ServerMessage) => {
                if (message.kind !== kind) return;
                child.off('message', take);
                resolve(message as Extract<ServerMessage, { kind: Kind }>);
            };
            child.on('message', take);
        });
    }

    const { origin } = await waitFor('ready');
    return {
        origin,
        async order(order: ServerOrder): Promise<void> {
            const ready = waitFor('ready');
            child.send(order);
            await ready;
        },
        async report(): Promise<ServerReport> {
            const report = waitFor('report');
            child.send('report');
            return report;
        },
        waitForFirstRequest: () => waitFor('first-request'),
        close: () => child.disconnect(),
    };
}
