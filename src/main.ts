import { startActor, type ActorDependencies } from './actor/start-actor.ts';
import { readConfig, type Config } from './config.ts';
import { openSource } from './open-source.ts';
import { newRequestId } from './runtime/ids.ts';
import { readableStack } from './runtime/stack.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';
import { systemClock } from './runtime/clock.ts';
import { createOverloadWatch } from './runtime/load.ts';

const config = readConfigOrExit();

const dependencies: ActorDependencies = {
    ...config,
    clock: systemClock,
    newRequestId,
    describeBug: readableStack,
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
