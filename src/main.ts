import { startActor, type ActorDependencies } from './actor/start.ts';
import { readConfig, type Config } from './config.ts';
import { openSource } from './open-source.ts';
import { newRequestId } from './runtime/ids.ts';
import { readableStack, ignoreClosedOutput, unhandledError } from './runtime/errors.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';
import { systemClock, createOverloadMonitor } from './runtime/clock.ts';

ignoreClosedOutput();
const config = readConfigOrExit();
if (!config.isAtHome && !(await claimFolder(config.storageDir))) {
    console.error(
        `Another run is using the folder ${config.storageDir}, so this one ends without changes. Wait for it, or set CRAWLEE_STORAGE_DIR to another folder.`,
    );
    process.exit(1);
}

const dependencies: ActorDependencies = {
    ...config,
    clock: systemClock,
    newRequestId,
    describeBug: readableStack,
    unhandledError,
    isOverloaded: createOverloadMonitor(),
    isSandboxHandle: ({ handle }) => parseSandboxHandle(handle) !== null,
    openSource: (name, access) => openSource(name, access, config),
};

if (config.isStandby) {
    const { serveStandby } = await import('./standby.ts');
    await serveStandby(dependencies, config.webServerPort ?? 4321);
} else {
    await startActor(dependencies);
}

function readConfigOrExit(): Config {
    try {
        return readConfig();
    } catch (error) {
        console.error((error as Error).message);
        process.exit(1);
    }
}

/**
 * Locks the storage folder for this local run; false when another run holds the lock. Where a folder cannot be locked
 * (a path too long for a socket, a system without them), the run continues without a lock.
 */
async function claimFolder(folder: string): Promise<boolean> {
    try {
        const [{ mkdir }, { lockFolder }] = await Promise.all([
            import('node:fs/promises'),
            import('./accounts/database/folder-lock.ts'),
        ]);
        await mkdir(folder, { recursive: true });
        return (await lockFolder(folder)) !== null;
    } catch {
        return true;
    }
}
