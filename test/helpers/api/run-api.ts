import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type ApiProcess = {
    origin: string;
    /** All output so far. */
    log(): string;
    child: ChildProcess;
    /** Sends SIGTERM and resolves to the exit code. */
    stop(): Promise<number | null>;
    /** Kills the process, like a crash. */
    kill(): Promise<void>;
};

/** Starts the built server on a free port and waits until it prints its address. */
export async function runApi(env: Record<string, string>): Promise<ApiProcess> {
    const child = spawn(process.execPath, ['dist-api/api-main.js'], {
        env: { PATH: process.env['PATH'], PORT: '0', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    let hasStarted = false;
    const exited = once(child, 'exit');
    const origin = await new Promise<string>((resolve, reject) => {
        const take = (chunk: Buffer) => {
            log += chunk.toString();
            if (hasStarted) return;
            const found = /The API is at (\S+)/.exec(log)?.[1];
            // The last lines of the start are the location of the accounts and the key.
            if (found === undefined || !log.includes('Accounts: ')) return;
            hasStarted = true;
            resolve(found);
        };
        child.stdout.on('data', take);
        child.stderr.on('data', take);
        child.once('exit', () => reject(new Error(`the server did not start:\n${log}`)));
    });
    return {
        origin,
        child,
        log: () => log,
        async stop() {
            if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
            await exited;
            return child.exitCode;
        },
        async kill() {
            child.kill('SIGKILL');
            await exited;
        },
    };
}

export type ProgramEnd = { exitCode: number | null; stdout: string; stderr: string };

/** Runs the accounts command line and returns its output. */
export function runAccounts(words: string[], env: Record<string, string>): Promise<ProgramEnd> {
    return runProgram('accounts-main.js', words, env);
}

/** Runs a built program to its end. */
export async function runProgram(program: string, words: string[], env: Record<string, string>): Promise<ProgramEnd> {
    const child = spawn(process.execPath, [`dist-api/${program}`, ...words], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child, 'close');
    return { exitCode: child.exitCode, stdout, stderr };
}
