import { runChaosCommand } from './chaos.ts';

process.exitCode = await runChaosCommand(process.argv.slice(2));
