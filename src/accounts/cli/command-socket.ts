import { text } from 'node:stream/consumers';
import type { RequestListener } from 'node:http';
import * as z from 'zod';
import type { Clock } from '../../enrichment/clock.ts';
import { requestHolder } from '../database/folder-lock.ts';
import type { Database } from '../database.ts';
import { openAccounts, type AccountsHome } from '../database/open-accounts.ts';
import { runCommand, type CommandOutcome } from './commands.ts';

const wordsSchema = z.array(z.string());
const outcomeSchema = z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), answer: z.record(z.string(), z.unknown()) }),
    z.object({ ok: z.literal(false), message: z.string() }),
]);

/** How long a busy holder is retried, and the pause between attempts, in milliseconds. */
const busyTimeoutMs = 15_000;
const busyPauseMs = 200;

/** Runs commands received over the folder's socket on this process's database. */
export function createCommandListener(db: Database, clock: Clock): RequestListener {
    return (request, response) => {
        if (request.method !== 'POST') {
            response.writeHead(200).end();
            return;
        }
        text(request)
            .then((body) => runCommand(db, wordsSchema.parse(JSON.parse(body)), clock.now()))
            .catch((): CommandOutcome => ({ ok: false, message: 'The server could not run the command.' }))
            .then((outcome) => response.writeHead(200).end(JSON.stringify(outcome)))
            .catch(() => response.destroy());
    };
}

/** Runs one command: through the process that holds the folder if there is one, otherwise directly on the database. */
export async function sendCommand(home: AccountsHome, words: readonly string[], clock: Clock): Promise<CommandOutcome> {
    const giveUpAt = clock.now() + busyTimeoutMs;
    for (;;) {
        const sent = 'folder' in home ? await requestHolder(home.folder, JSON.stringify(words)) : null;
        if (typeof sent === 'string') return outcomeSchema.parse(JSON.parse(sent));
        if (sent?.kind !== 'busy') {
            const accounts = await openAccounts(home, clock, 0);
            if (accounts) {
                try {
                    return await runCommand(accounts.db, words, clock.now());
                } finally {
                    await accounts.close();
                }
            }
        }
        // The holder is starting or is itself a command.
        if (clock.now() >= giveUpAt) {
            return {
                ok: false,
                message: `Another process uses the accounts in ${'folder' in home ? home.folder : 'the database'} and does not respond. Stop it and try again.`,
            };
        }
        await clock.sleep(busyPauseMs);
    }
}
