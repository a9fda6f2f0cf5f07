import fc from 'fast-check';

const given = process.env['FUZZ_SEED'];

/** The seed of all property tests: fixed, so that CI is repeatable; `FUZZ_SEED=random` or a number chooses another. */
export const fuzzSeed = given === 'random' ? Date.now() % 2 ** 31 : Number(given ?? 1);

/** The number of runs of a property; `FUZZ_RUNS` chooses another. */
export const fuzzRuns = (defaultRuns: number) => Number(process.env['FUZZ_RUNS'] ?? defaultRuns);

fc.configureGlobal({ seed: fuzzSeed });

export { fc };
