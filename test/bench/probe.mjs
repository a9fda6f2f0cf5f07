// Loaded before the measured program: tells at its end what it used. Costs the same for all.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(
        process.env.BENCH_PROBE,
        JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRssMb: maxRSS / 1024 }),
    );
});
