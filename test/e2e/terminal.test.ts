import { Terminal } from '@xterm/headless';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quickInput, urlOf } from '../helpers/runs/quick-input.ts';

const hasTerminals = isScriptInstalled();
const ctrlC = '\u0003';
const size = { rows: 60, cols: 200 };

describe.skipIf(!hasTerminals)(
    `on a terminal${hasTerminals ? '' : ' (NOT RUN: needs `script` of util-linux for a pseudo terminal)'}`,
    () => {
        it('shows the bar below the log, and removes it at the end', async () => {
            const { exitCode, screen, written } = await runOnTerminal(
                Array.from({ length: 5 }, (_, n) => `example-${n}`),
            );
            expect(exitCode).toBe(0);
            expect(written).toMatch(/[█░]+ +\d+ %/);
            expect(screen).not.toMatch(/[█░]/);
            expect(screen).toMatch(/^ {2}found +5$/m);
        }, 60_000);

        it('reports on Ctrl-C that it is stopping, and removes the bar', async () => {
            const { exitCode, screen } = await runOnTerminal(
                Array.from({ length: 200 }, (_, n) => `example-${n}`),
                'stop',
            );
            expect(exitCode).toBe(0);
            expect(screen).toContain('Stopping: finishing requests in progress … Press Ctrl-C again to exit at once.');
            expect(screen).toMatch(/^ {2}lines +200$/m);
            expect(screen).not.toMatch(/[█░]/);
        }, 60_000);

        it('reports on a second Ctrl-C that it stopped at once, and removes the bar', async () => {
            const { exitCode, screen } = await runOnTerminal(['timeout-1'], 'stop at once');
            expect(exitCode).toBe(130);
            expect(screen).toContain('Stopping: finishing requests in progress …');
            expect(screen).toContain(
                'Stopped at once. Stored rows are safe: run `APIFY_PURGE_ON_START=0 npm start` to continue.',
            );
            expect(screen).not.toMatch(/[█░]/);
        }, 60_000);
    },
);

/**
 * Runs the built Actor in test mode on a pseudo terminal. To stop it, Ctrl-C is pressed when the bar is drawn for the
 * second time, while a profile is being fetched; to stop it at once, again and again once it says that it is stopping,
 * because presses right after the first count as one with it. Returns the exit code, the final screen and everything
 * written.
 */
async function runOnTerminal(
    handles: string[],
    wanted: 'end' | 'stop' | 'stop at once' = 'end',
): Promise<{ exitCode: number | null; screen: string; written: string }> {
    const storage = await mkdtemp(join(tmpdir(), 'actor-terminal-'));
    const records = join(storage, 'key_value_stores', 'default');
    await mkdir(records, { recursive: true });
    const input = { ...quickInput, maxRequestsPerSecond: 20, profileUrls: handles.map(urlOf) };
    await writeFile(join(records, 'INPUT.json'), JSON.stringify(input));
    const env = { PATH: process.env['PATH'], TERM: 'xterm', CRAWLEE_STORAGE_DIR: storage };
    const command = `stty rows ${size.rows} cols ${size.cols}; exec ${process.execPath} dist/main.js`;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], { env });
    const terminal = new Terminal({ ...size, allowProposedApi: true });
    let written = '';
    let bars = 0;
    child.stdout.on('data', (chunk: Buffer) => {
        terminal.write(chunk);
        written += chunk.toString();
        if (!/[█░]/.test(chunk.toString())) return;
        bars += 1;
        if (bars === 2 && wanted !== 'end') child.stdin.write(ctrlC);
    });
    const pressing = setInterval(() => {
        if (wanted === 'stop at once' && written.includes('Stopping') && child.stdin.writable) child.stdin.write(ctrlC);
    }, 300);
    child.stdin.on('error', () => {});
    const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearInterval(pressing);
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    await rm(storage, { recursive: true, force: true });
    return { exitCode, screen: lines.join('\n'), written };
}

function isScriptInstalled(): boolean {
    try {
        return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
    } catch {
        return false;
    }
}
