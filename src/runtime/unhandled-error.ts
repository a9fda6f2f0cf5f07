/**
 * Rejects with the first error that nobody handles, a rejection among them, instead of letting it end the process: who
 * awaits it can still tell how things stand. Later ones change nothing any more. Never resolves.
 */
export function unhandledError(emitter: Pick<NodeJS.Process, 'on'> = process): Promise<never> {
    const failure = new Promise<never>((_, reject) => {
        emitter.on('uncaughtException', reject);
    });
    failure.catch(() => {});
    return failure;
}
