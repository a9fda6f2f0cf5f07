import { sendCommand } from './accounts/cli/command-socket.ts';
import { readWords, formatAnswer } from './accounts/cli/commands.ts';
import { readAccountsHome } from './api-config.ts';
import { systemClock } from './runtime/clock.ts';

const words = process.argv.slice(2);

try {
    const parsed = readWords(words);
    if (parsed.kind === 'help') {
        console.log(parsed.text);
        // No command was given: to a script that is a mistake.
        if (words.length === 0) process.exitCode = 1;
    } else if (parsed.kind === 'mistake') fail(parsed.message);
    else await runOnAccounts();
} catch (error) {
    fail(describeFailure(error));
}

async function runOnAccounts(): Promise<void> {
    const outcome = await sendCommand(readAccountsHome(), words, systemClock);
    if (outcome.ok)
        console.log(words.includes('--json') ? JSON.stringify(outcome.answer) : formatAnswer(outcome.answer));
    else fail(outcome.message);
}

function fail(message: string): void {
    console.error(message);
    process.exitCode = 1;
}

/** A refused connection is an error without a message. */
function describeFailure(error: unknown): string {
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error && error.message !== '' ? error.message : String(code);
    return typeof code === 'string' ? `The accounts cannot be reached: ${message}` : message;
}
