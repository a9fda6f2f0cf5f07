/**
 * Lets a process go on when nobody reads what it prints any more, as in `npm start | head`: what it stores is worth
 * more. Any other failure of its output is thrown as ever.
 */
export function outliveClosedOutput(streams: NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
    for (const stream of streams) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EPIPE') throw error;
        });
    }
}
