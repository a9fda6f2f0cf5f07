import { startActor, type ActorDependencies } from './actor/start-actor.ts';
import { readConfig, type Config } from './config.ts';
import { openSource } from './open-source.ts';
import { newRequestId } from './runtime/ids.ts';
import { readableStack } from './runtime/stack.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';
import { systemClock } from './runtime/clock.ts';
import { outliveClosedOutput } from './runtime/closed-output.ts';
import { createOverloadWatch } from './runtime/load.ts';
import { takeFolder } from './runtime/take-folder.ts';
import { unhandledError } from './runtime/unhandled-error.ts';

outliveClosedOutput();
const config = readConfigOrExit();
if (!config.isAtHome && !(await takeFolder(config.storageDir))) {
    console.error(
        `Another run is at work in the folder ${config.storageDir}, so this one ends and changes nothing. Wait for it, or set CRAWLEE_STORAGE_DIR to another folder.`,
    );
    process.exit(1);
}

const dependencies: ActorDependencies = {
    ...config,
    clock: systemClock,
    newRequestId,
    describeBug: readableStack,
    unhandledError,
    isOverloaded: createOverloadWatch(),
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
