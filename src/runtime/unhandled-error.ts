/**
 * Rejects with the first uncaught exception or unhandled rejection instead of letting it end the process, so that the
 * outcome can still be reported. Later ones are ignored. Never resolves.
 */
export function unhandledError(emitter: Pick<NodeJS.Process, 'on'> = process): Promise<never> {
    const failure = new Promise<never>((_, reject) => {
        emitter.on('uncaughtException', reject);
    });
    failure.catch(() => {});
    return failure;
}
