// The closing line of CI: `node .ci/sum-up.mjs <step>:<status>,… <name> <status> <report> …`, the last three for each
// run of the tests. A step that broke off before its tests (types, lint, build) is a failure, and so is a test that was
// skipped. Ends with status 1 when anything failed.
import { readFileSync } from 'node:fs';

const [stepList, ...rest] = process.argv.slice(2);
const steps = stepList.split(',').map((step) => step.split(':'));
const runs = [];
for (let start = 0; start < rest.length; start += 3) runs.push(readRun(...rest.slice(start, start + 3)));
const stepsPassed = steps.filter(([, status]) => status === '0').length;
const passed = runs.reduce((sum, run) => sum + run.passed, stepsPassed);
const failed = runs.reduce((sum, run) => sum + run.failed, steps.length - stepsPassed);
const parts = [
    ...runs.map((run) => `${run.name}: ${run.passed} passed, ${run.failed} failed`),
    ...steps.map(([name, status]) => `${name}: ${status === '0' ? 'passed' : 'failed'}`),
];
for (const { name, skipped } of runs) {
    if (skipped > 0) console.log(`${name}: ${skipped} tests were skipped, and nothing may be skipped here`);
}
console.log(`${passed} passed, ${failed} failed (${parts.join('; ')})`);
process.exitCode = failed > 0 ? 1 : 0;

function readRun(name, status, file) {
    let report = {};
    try {
        report = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
        // It broke off before there was one.
    }
    const { numPassedTests: passed = 0, numFailedTests = 0, numPendingTests: skipped = 0 } = report;
    const brokenOff = status !== '0' && numFailedTests === 0 ? 1 : 0;
    return { name, passed, skipped, failed: numFailedTests + skipped + brokenOff };
}
