import { runChaosCommand } from './chaos.ts';
import { runSoakCommand } from './soak/soak.ts';

const args = process.argv.slice(2);
process.exitCode = await (args.includes('--soak') ? runSoakCommand(args) : runChaosCommand(args));
