import type { Obstacle } from './worklist.ts';

/** The lines that the input form is filled in with; INPUT_SCHEMA.json has the same, which a test holds to these. */
export const sampleLines = [
    'https://www.linkedin.com/in/example-1/',
    'https://www.linkedin.com/in/example-2/',
    'https://www.linkedin.com/in/example-3/',
    'https://www.linkedin.com/in/not-found-1/',
    'https://www.linkedin.com/in/masked-1/',
    'https://www.linkedin.com/in/bare-1/',
    'https://www.linkedin.com/in/unicode-1/',
    'https://www.linkedin.com/in/moved-1/',
    'https://www.linkedin.com/in/flaky-1/',
] as const;

/**
 * Whether a line is one of the form's samples, letter by letter: left in by a tool that cannot empty a list, it is
 * nobody whom the caller asks for, and in live mode it may be somebody's address.
 */
export function isSampleLine(line: string): boolean {
    const text = line.trim();
    return sampleLines.some((sample) => sample === text);
}

/** Why a sample is not fetched in live mode. */
export const sampleObstacle: Obstacle = {
    problem: 'This is a sample that the input form comes with: in live mode it is not fetched.',
    advice: 'Put your own profiles in its place, or set `mode` to `test` to try the samples.',
};
