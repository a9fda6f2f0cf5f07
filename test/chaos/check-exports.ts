import { parseCsv } from '../helpers/parse-csv.ts';
import type { PlatformRun } from '../platform/local/platform-run.ts';
import type { Scenario } from './scenario.ts';

type Totals = Record<'found' | 'not_found' | 'errors' | 'invalid' | 'duplicates' | 'remaining' | 'charged', number>;

/**
 * Lists what is wrong with the exports of a finished run: every line must be there once, in order, with outcomes that
 * match `OUTPUT`. `log` is the last container's: where the exports could not be written, those of an earlier container
 * may remain.
 */
export function findExportProblems(run: PlatformRun, { input }: Scenario, log: string): string[] {
    if (log.includes('The export files were not written')) return [];
    const problems: string[] = [];
    const claim = (isTrue: boolean, problem: string) => void (isTrue || problems.push(problem));
    const read = (key: string) => run.records.get(key)?.value.toString() ?? '';
    const [header = [], ...lines] = parseCsv(read('profiles.csv').slice(1));
    const cellsOf = (name: string) => lines.map((cells) => cells[header.indexOf(name)] ?? '');
    const numbers = input.profileUrls.map((_, place) => String(place + 1));
    claim(cellsOf('line').join() === numbers.join(), `profiles.csv has the lines ${cellsOf('line').join()}`);
    claim(cellsOf('url_as_given').join() === input.profileUrls.join(), 'profiles.csv has other addresses');

    const statuses = cellsOf('status');
    const count = (status: string) => statuses.filter((one) => one === status).length;
    const output = run.readJson('OUTPUT') as Totals;
    const counted = {
        success: output.found,
        not_found: output.not_found,
        error: output.errors + output.invalid,
        duplicate: output.duplicates,
        remaining: output.remaining,
    };
    for (const [status, expected] of Object.entries(counted))
        claim(count(status) === expected, `profiles.csv has ${count(status)} lines of ${status}, OUTPUT ${expected}`);
    const charged = cellsOf('charged').filter((cell) => cell === '1').length;
    claim(charged === output.charged, `profiles.csv has ${charged} charged, OUTPUT ${output.charged}`);

    const places = read('profiles.jsonl')
        .split('\n')
        .filter(Boolean)
        .map((item) => (JSON.parse(item) as { input_index: number }).input_index);
    const stored = [...run.dataset.readTruth(), ...run.misses.readTruth()].map((row) => Number(row['input_index']));
    const sorted = stored.toSorted((one, other) => one - other);
    claim(places.join() === sorted.join(), `profiles.jsonl has the rows ${places.join()} of ${sorted.join()}`);
    return problems;
}
