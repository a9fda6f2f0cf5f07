/**
 * Ignores EPIPE on the output streams, as in `npm start | head`: a closed terminal must not end a run. Other errors are
 * thrown.
 */
export function ignoreClosedOutput(streams: NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
    for (const stream of streams) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EPIPE') throw error;
        });
    }
}
