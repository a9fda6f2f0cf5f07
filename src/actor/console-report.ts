import { describeCost } from './output/money.ts';
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

/** The closing table of a run: what came of the lines, what was charged, and where the rows are. `storageDir` is null on the platform. */
export function describeTable(output: RunOutput, storageDir: string | null): string {
    const figures: Array<[string, string]> = [
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
    const nameWidth = Math.max(...figures.map(([name]) => name.length));
    const valueWidth = Math.max(...figures.map(([, value]) => value.length));
    const table = figures.map(([name, value]) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`);
    const places =
        storageDir === null
            ? ['The rows are in the run’s dataset, the sums in the record OUTPUT, a report in REPORT.html.']
            : [
                  `Rows:         ${storageDir}/datasets/default/`,
                  `Report:       ${storageDir}/key_value_stores/default/REPORT.html`,
                  `Table:        ${storageDir}/key_value_stores/default/profiles.csv`,
                  `Sums:         ${storageDir}/key_value_stores/default/OUTPUT.json`,
                  `Charging log: ${storageDir}/datasets/charging_log/ (what a run on Apify would charge; nobody pays)`,
              ];
    return ['', ...table, '', output.message, ...places].join('\n');
}

function describeCompanies({ companies }: RunOutput): Array<[string, string]> {
    return companies ? [['companies found', `${format(companies.found)} of ${format(companies.asked)}`]] : [];
}

const format = (amount: number) => amount.toLocaleString('en-US');
