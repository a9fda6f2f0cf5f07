import { statSync } from 'node:fs';
import { describeCost } from './output/money.ts';
import type { Platform } from './platform/platform.ts';
import type { RunOutput } from './output/totals.ts';

const endingWords = {
    platform: 'charged',
    rows: 'charged (by the row)',
    log: 'charged (local log only, nobody pays)',
    none: 'charged (this run is free)',
} as const satisfies Record<RunOutput['charging'], string>;

/** In test mode what a live run would charge, elsewhere the cost as far as it is known, below what was charged. */
function describeCharges(output: RunOutput): Array<[string, string]> {
    if (output.would_charge !== undefined)
        return [
            ['charged (test mode)', format(output.charged)],
            ['  a live run would charge', format(output.would_charge)],
        ];
    const cost = describeCost(output);
    return [
        [endingWords[output.charging], format(output.charged)],
        ...(cost === null ? [] : [['  in US dollars', cost] as [string, string]]),
    ];
}

/** The closing table of a run: what came of the lines and what was charged. */
export function describeTable(output: RunOutput): string {
    const metrics: Array<[string, string]> = [
        ['found', format(output.found)],
        ...(output.changed === undefined ? [] : [['  of them changed', format(output.changed)] as [string, string]]),
        ...(output.unchanged > 0 ? [['unchanged', format(output.unchanged)] as [string, string]] : []),
        ['not found', format(output.not_found)],
        ['errors', format(output.errors)],
        ['invalid', format(output.invalid)],
        ['duplicates', format(output.duplicates)],
        ['remaining', format(output.remaining)],
        ['lines', format(output.lines)],
        ...describeCompanies(output),
        ...describeCharges(output),
        ['seconds', output.seconds.toFixed(1)],
    ];
    const nameWidth = Math.max(...metrics.map(([name]) => name.length));
    const valueWidth = Math.max(...metrics.map(([, value]) => value.length));
    const table = metrics.map(([name, value]) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`);
    return ['', ...table, '', output.message].join('\n');
}

/** What a local run may leave, in the order in which a reader wants it; folders end with a slash. */
const places = [
    ['Your list', 'key_value_stores/default/profiles.csv'],
    ['Report', 'key_value_stores/default/REPORT.html'],
    ['Problems', 'key_value_stores/default/problems.csv'],
    ['Try again', 'key_value_stores/default/FAILED_URLS.json'],
    ['Remaining', 'key_value_stores/default/REMAINING_URLS.json'],
    ['Rows', 'datasets/default/'],
    ['Rows apart', 'datasets/misses/'],
    ['Rows, a line each', 'key_value_stores/default/profiles.jsonl'],
    ['Totals', 'key_value_stores/default/OUTPUT.json'],
    ['Charging log', 'datasets/charging_log/', ' (what a run on Apify would charge; nobody pays)'],
] as const;

/** A list with nothing in it is no result. */
const emptySize = '[]'.length;

/** A result of the run: an address on Apify, or a file or folder (`storageDir`, `path` in it) of a local run. */
export type ResultPlace =
    | { name: string; url: string }
    | { name: string; storageDir: string; path: string; note: string };

/**
 * Where the results of a run are: of a local one every file and folder that is there by now. `hasFiles` tells whether
 * the files for people were written.
 */
export function listPlaces(
    { storageDir, consoleUrls }: Pick<Platform, 'storageDir' | 'consoleUrls'>,
    hasFiles: boolean,
): ResultPlace[] {
    if (consoleUrls !== null)
        return [
            { name: 'Rows', url: consoleUrls.rows },
            { name: hasFiles ? 'Your list, problems, report and totals' : 'Totals', url: consoleUrls.records },
        ];
    if (storageDir === null) return [];
    return places
        .filter(([, path]) => isThere(`${storageDir}/${path}`))
        .map(([name, path, note = '']) => ({ name, storageDir, path, note }));
}

/** Whether a folder or a file with something in it is there. */
function isThere(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && (found.isDirectory() || found.size > emptySize);
}

/** Where the results are, for the log. */
export function describePlaces(
    platform: Pick<Platform, 'storageDir' | 'consoleUrls' | 'previousResults'>,
    hasFiles: boolean,
): string {
    const { storageDir, previousResults } = platform;
    if (storageDir === null) {
        return hasFiles
            ? 'The rows are in the run’s dataset, your list in the record profiles.csv, the totals in OUTPUT, a report in REPORT.html.'
            : 'The rows are in the run’s dataset, the totals in OUTPUT.';
    }
    const found = listPlaces(platform, hasFiles).flatMap((place) =>
        'path' in place ? [[place.name, `${storageDir}/${place.path}${place.note}`] as const] : [],
    );
    const all = previousResults === null ? found : [...found, ['Run before', `${previousResults}/`] as const];
    const width = Math.max(...all.map(([name]) => name.length));
    return ['', ...all.map(([name, path]) => `  ${name.padEnd(width)}  ${path}`)].join('\n');
}

function describeCompanies({ companies }: RunOutput): Array<[string, string]> {
    return companies ? [['companies found', `${format(companies.found)} of ${format(companies.asked)}`]] : [];
}

const format = (amount: number) => amount.toLocaleString('en-US');
