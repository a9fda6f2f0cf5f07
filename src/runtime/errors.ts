import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const framePattern = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;

/**
 * A stack trace mapped from the bundle to the source files. Reads the source maps only on demand: Node's
 * `--enable-source-maps` keeps them in memory from the start, some 20 MB. A frame without a map is left unchanged;
 * never rejects.
 */
export async function readableStack(thrown: unknown): Promise<string> {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    const files = new Set([...stack.matchAll(framePattern)].map(([, file = '']) => file));
    const maps = new Map(await Promise.all([...files].map(async (file) => [file, await readMap(file)] as const)));
    return stack.replaceAll(framePattern, (frame, file: string, line: string, column: string) => {
        const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
        if (!entry || !('originalSource' in entry)) return frame;
        return `${entry.originalSource.replace(/^(?:\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}

async function readMap(file: string): Promise<SourceMap | null> {
    try {
        return new SourceMap(JSON.parse(await readFile(`${fileURLToPath(file)}.map`, 'utf8')));
    } catch {
        return null;
    }
}

/**
 * Rejects with the first uncaught exception or unhandled rejection instead of letting it end the process, so that the
 * outcome can still be reported. Later ones are ignored. Never resolves.
 */
export function unhandledError(): Promise<never> {
    const failure = new Promise<never>((_, reject) => {
        process.on('uncaughtException', reject);
    });
    failure.catch(() => {});
    return failure;
}

/**
 * Ignores EPIPE on the output streams, as in `npm start | head`: a closed terminal must not end a run. Other errors are
 * thrown.
 */
export function ignoreClosedOutput(): void {
    for (const stream of [process.stdout, process.stderr]) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EPIPE') throw error;
        });
    }
}
