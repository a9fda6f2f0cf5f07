import type { Obstacle } from './worklist.ts';

/** The lines the input form is prefilled with; a test compares them with INPUT_SCHEMA.json. */
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
 * Whether a line is exactly a sample of the form. Left in by a tool that cannot empty a list, it is not a real request,
 * and in live mode could be somebody's address.
 */
export function isSampleLine(line: string): boolean {
    const text = line.trim();
    return sampleLines.some((sample) => sample === text);
}

export const sampleObstacle: Obstacle = {
    problem: 'This is a sample of the input form, which is not fetched in live mode.',
    advice: 'Replace it with your own profiles, or set `mode` to `test` to try the samples.',
};
