// Loaded before the measured program: tells at its end what it used. Costs the same for all.
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(
        process.env.BENCH_PROBE,
        JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRssMb: readPeakKilobytes() / 1024 }),
    );
});

/**
 * The most memory this program had resident. Not `maxRSS`: what the kernel counts there begins with what the parent had
 * resident when it started the program, and a bench that has measured for a while has more than the Actor.
 */
function readPeakKilobytes() {
    try {
        const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
        return Number(kilobytes);
    } catch {
        // Not on Linux.
        return process.resourceUsage().maxRSS;
    }
}
