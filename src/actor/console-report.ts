import { readdirSync, statSync } from 'node:fs';
import { formatCount } from './output/format.ts';
import { describeCost, type RunOutput } from './output/totals.ts';
import type { Platform } from './platform/platform.ts';

const endingWords = {
    platform: 'charged',
    rows: 'charged (per row)',
    log: 'charged (local log only, not billed)',
    none: 'charged (this run is free)',
} as const satisfies Record<RunOutput['charging'], string>;

/** The table of totals printed at the end of a run. In test mode it says what a live run would charge. */
export function describeTable(output: RunOutput): string {
    const { companies, would_charge: wouldCharge } = output;
    const rows: Array<[name: string, value: string | number | null | undefined]> = [
        ['found', output.found],
        ['  of them changed', output.changed],
        ['unchanged', output.unchanged > 0 ? output.unchanged : null],
        ['not found', output.not_found],
        ['errors', output.errors],
        ['invalid', output.invalid],
        ['duplicates', output.duplicates],
        ['remaining', output.remaining],
        ['lines', output.lines],
        ['companies found', companies && `${formatCount(companies.found)} of ${formatCount(companies.asked)}`],
        [wouldCharge === undefined ? endingWords[output.charging] : 'charged (test mode)', output.charged],
        ['  a live run would charge', wouldCharge],
        ['  in US dollars', wouldCharge === undefined ? describeCost(output) : null],
        ['seconds', output.seconds.toFixed(1)],
    ];
    const metrics = rows.flatMap(([name, value]): Array<[string, string]> => {
        if (value === null || value === undefined) return [];
        return [[name, typeof value === 'number' ? formatCount(value) : value]];
    });
    const nameWidth = Math.max(...metrics.map(([name]) => name.length));
    const valueWidth = Math.max(...metrics.map(([, value]) => value.length));
    const table = metrics.map(([name, value]) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`);
    return ['', ...table, '', output.message].join('\n');
}

/** Possible results of a local run, the most useful first; folders end with a slash. */
const places = [
    ['Your list', 'key_value_stores/default/profiles.csv'],
    ['Report', 'key_value_stores/default/REPORT.html'],
    ['Problems', 'key_value_stores/default/problems.csv'],
    ['Failed', 'key_value_stores/default/FAILED_URLS.json'],
    ['Remaining', 'key_value_stores/default/REMAINING_URLS.json'],
    ['Rows', 'datasets/default/'],
    ['Other rows', 'datasets/misses/'],
    ['Rows (JSON Lines)', 'key_value_stores/default/profiles.jsonl'],
    ['Totals', 'key_value_stores/default/OUTPUT.json'],
    ['Charging log', 'datasets/charging_log/', ' (what a run on Apify would charge; not billed)'],
] as const;

/** Empty lists are not listed as results. */
const emptySize = '[]'.length;

/** A result of the run: a URL on Apify, or a file or folder of a local run (`path` is relative to `storageDir`). */
export type ResultPlace =
    | { name: string; url: string }
    | { name: string; storageDir: string; path: string; note: string };

/**
 * The locations of the results; for a local run, of the files and folders that exist. `hasExports`: whether the exports
 * were written.
 */
export function listPlaces(
    { storageDir, consoleUrls }: Pick<Platform, 'storageDir' | 'consoleUrls'>,
    hasExports: boolean,
): ResultPlace[] {
    if (consoleUrls !== null)
        return [
            { name: 'Rows', url: consoleUrls.rows },
            { name: hasExports ? 'Your list, problems, report and totals' : 'Totals', url: consoleUrls.records },
        ];
    if (storageDir === null) return [];
    return places
        .filter(([, path]) => hasContent(`${storageDir}/${path}`))
        .map(([name, path, note = '']) => ({ name, storageDir, path, note }));
}

/** Whether the path is a folder or a file that is not empty. */
function hasContent(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return false;
    return found.isDirectory() ? readdirSync(path).length > 0 : found.size > emptySize;
}

/** The locations of the results, for the log. */
export function describePlaces(
    platform: Pick<Platform, 'storageDir' | 'consoleUrls' | 'previousResults'>,
    hasExports: boolean,
): string {
    const { storageDir, previousResults } = platform;
    if (storageDir === null) {
        return hasExports
            ? 'The rows are in the run’s dataset, your list in the record profiles.csv, the totals in OUTPUT, a report in REPORT.html.'
            : 'The rows are in the run’s dataset, the totals in OUTPUT.';
    }
    const found = listPlaces(platform, hasExports).flatMap((place) =>
        'path' in place ? [[place.name, `${storageDir}/${place.path}${place.note}`] as const] : [],
    );
    const all = previousResults === null ? found : [...found, ['Previous run', `${previousResults}/`] as const];
    const width = Math.max(...all.map(([name]) => name.length));
    return ['', ...all.map(([name, path]) => `  ${name.padEnd(width)}  ${path}`)].join('\n');
}
