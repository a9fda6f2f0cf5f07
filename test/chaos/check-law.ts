import type { PlatformRun } from '../platform/local/platform-run.ts';
import type { Scenario } from './scenario.ts';

/** A row as far as the law is concerned. */
type LawRow = {
    input_index: number;
    status: string;
    duplicate_of: number | null;
    profile?: { identifier: string; company: { linkedin_url: string | null } };
    company_details?: object | null;
    meta: { credits_used: number; batch_id: string; is_partial?: boolean; company_status?: string };
};

export type LawFigures = {
    rowsExpected: number;
    rowsFound: number;
    duplicates: number;
    missing: number;
    chargesExpected: number;
    chargesMade: number;
};

export type LawReport = { figures: LawFigures; problems: string[] };

type Output = Record<
    'lines' | 'found' | 'partial' | 'not_found' | 'errors' | 'invalid' | 'duplicates' | 'remaining' | 'charged',
    number
> & {
    ending: string;
    message: string;
    companies?: Record<'asked' | 'found' | 'not_found' | 'refused' | 'failed', number>;
};

/**
 * The law, checked against the truth that the platform keeps: one row for every distinct line, one event for every
 * person found, and an account of both that agrees. `isOver`: the run has come to its end, and nothing may be open.
 */
export function checkLaw(run: PlatformRun, scenario: Scenario): LawReport {
    const problems: string[] = [];
    const claim = (isTrue: boolean, problem: string) => void (isTrue || problems.push(problem));
    const rows = [...run.dataset.readTruth(), ...run.misses.readTruth()] as unknown as LawRow[];
    const output = run.readJson('OUTPUT') as Output | null;
    const remainingUrls = (run.readJson('REMAINING_URLS') ?? []) as string[];
    const { profileUrls } = scenario.input;
    const remaining = new Set(remainingUrls);

    const expected = scenario.lines.flatMap((line, index) => (line.status === null ? [] : [{ ...line, index }]));
    const isLeftOut = (index: number) => endsEarly(output?.ending) && remaining.has(profileUrls[index] ?? '');
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(row.input_index, (counts.get(row.input_index) ?? 0) + 1);
    const answerable = expected.filter(({ index }) => counts.has(index) || !isLeftOut(index));
    const missing = answerable.filter(({ index }) => !counts.has(index)).length;
    const duplicates = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
    // When the run's time is over, a line that was attempted has its row, whatever it would have come to: an error, or
    // what the page alone showed.
    const hasTimeout = scenario.disasters.some(({ kind }) => kind === 'timeout');
    const cutShort = new Set<number>();
    for (const row of rows) {
        const line = scenario.lines[row.input_index];
        const isPartial = row.meta.is_partial === true;
        const isWorse = (row.status === 'error' && line?.status !== 'error') || (isPartial && !line?.isPartial);
        if (hasTimeout && isWorse) {
            cutShort.add(row.input_index);
            continue;
        }
        const shown = describe(row.status, isPartial);
        const wanted = describe(line?.status, line?.isPartial === true);
        claim(shown === wanted, `line ${row.input_index} says ${shown}, not ${wanted}`);
    }

    // A line without a row of its own repeats another one.
    const people = new Set(
        scenario.lines.flatMap(({ person, status }, index) =>
            person === null || status === null || cutShort.has(index) ? [] : [person],
        ),
    ).size;
    const chargesExpected = scenario.isCharged ? Math.min(people, scenario.affordable) : 0;
    const chargesMade = countPaid(run);
    const paidRows = rows.filter(({ meta }) => meta.credits_used === 1);
    claim(paidRows.length === chargesMade, `${paidRows.length} rows say they are charged, ${chargesMade} events are`);
    claim(
        !scenario.isCharged ||
            rows.filter((row) => row.status === 'success' && row.duplicate_of === null && !row.meta.is_partial)
                .length === chargesMade,
        'success rows and events differ',
    );
    checkBatches(run, paidRows, claim);
    checkCompanies(rows, output, { scenario, claim });
    checkSpending(run, claim);
    checkAccount({ run, output, rows, scenario, chargesMade, remainingUrls }, claim);
    const figures = {
        rowsExpected: answerable.length,
        rowsFound: rows.length,
        duplicates,
        missing,
        chargesExpected,
        chargesMade,
    };
    claim(missing === 0, `${missing} rows are missing`);
    claim(duplicates === 0, `${duplicates} rows are doubled`);
    claim(figures.rowsFound === figures.rowsExpected, `${figures.rowsFound} rows instead of ${figures.rowsExpected}`);
    claim(chargesMade === chargesExpected, `${chargesMade} events instead of ${chargesExpected}`);
    return { figures, problems };
}

const describe = (status: string | null | undefined, isPartial: boolean) => `${status}${isPartial ? ' in part' : ''}`;

/** Whether a run is over although lines remain: a limit is reached. */
export function endsEarly(ending: string | undefined): boolean {
    return ending === 'budget' || ending === 'max_profiles';
}

/** People paid for: by an event each, or by their rows where rows alone have a price. */
function countPaid(run: PlatformRun): number {
    const counts = run.countCharges();
    return counts['profile-found'] ?? counts['apify-default-dataset-item'] ?? 0;
}

type Claim = (isTrue: boolean, problem: string) => void;

/** Every charge is for the rows of one batch. */
function checkBatches(run: PlatformRun, paidRows: LawRow[], claim: Claim): void {
    const byBatch = new Map<string, number>();
    for (const { meta } of paidRows) byBatch.set(meta.batch_id, (byBatch.get(meta.batch_id) ?? 0) + 1);
    for (const [key, { count }] of run.charges) {
        const batchId = key.split(':').at(2);
        // A key that the SDK made up names no batch.
        if (batchId === undefined) continue;
        claim(
            byBatch.get(batchId) === count,
            `batch ${batchId} is charged ${count} times for ${byBatch.get(batchId) ?? 0} rows`,
        );
    }
}

/** What is not there says why; nobody who works somewhere is without both, and only an end of a container cuts short. */
function checkCompanies(
    rows: LawRow[],
    output: Output | null,
    { scenario, claim }: { scenario: Scenario; claim: Claim },
): void {
    const isCut = scenario.disasters.length > 0;
    for (const { input_index: line, profile, company_details: details, meta } of rows) {
        if (!profile) continue;
        const workplace = /^at-(missing|wall|error)-/.exec(profile.identifier)?.[1] ?? 'there';
        const hasPage = profile.company.linkedin_url !== null;
        const shown = meta.company_status ?? (details ? 'there' : 'nothing');
        const wanted = scenario.hasCompanies && hasPage ? companyStatuses[workplace] : 'nothing';
        const isLate = isCut && scenario.hasCompanies && hasPage && shown === 'timeout';
        claim(shown === wanted || isLate, `the company of line ${line} is ${shown}, not ${wanted}`);
        claim(!(details && meta.company_status), `line ${line} has a company and says why it has none`);
    }
    const companies = output?.companies;
    claim(
        (companies !== undefined) === scenario.hasCompanies,
        'OUTPUT.companies is there where nobody asked, or missing',
    );
    if (!companies) return;
    const { asked, found, not_found: notFound, refused, failed } = companies;
    claim(asked === found + notFound + refused + failed, 'the totals of OUTPUT.companies do not add up');
}

const companyStatuses: Record<string, string> = {
    missing: 'not_found',
    wall: 'refused',
    error: 'failed',
    there: 'there',
};

function checkSpending(run: PlatformRun, claim: Claim): void {
    if (run.maxTotalChargeUsd === null) return;
    const events = run.pricingInfo?.pricingPerEvent?.actorChargeEvents ?? {};
    let spentUsd = 0;
    for (const [event, count] of Object.entries(run.countCharges())) {
        spentUsd += count * priceOf(events[event] ?? {});
    }
    claim(spentUsd <= run.maxTotalChargeUsd + 1e-9, `$${spentUsd} spent of $${run.maxTotalChargeUsd}`);
}

/** Of tiered prices the highest is the one that counts. */
const priceOf = (event: { eventPriceUsd?: number }) => event.eventPriceUsd ?? 0.01;

/** `OUTPUT`, `REMAINING_URLS` and the status message tell what is stored and charged. */
function checkAccount(
    {
        run,
        output,
        rows,
        scenario,
        chargesMade,
        remainingUrls,
    }: {
        run: PlatformRun;
        output: Output | null;
        rows: LawRow[];
        scenario: Scenario;
        chargesMade: number;
        remainingUrls: string[];
    },
    claim: Claim,
): void {
    if (!output) return claim(false, 'there is no OUTPUT');
    const { lines, found, partial, not_found: notFound, errors, invalid, duplicates, remaining, charged } = output;
    claim(lines === scenario.lines.length, `OUTPUT counts ${lines} lines of ${scenario.lines.length}`);
    claim(found + notFound + errors + invalid + duplicates + remaining === lines, 'the totals of OUTPUT do not add up');
    claim(charged === chargesMade, `OUTPUT says ${charged} charged, ${chargesMade} events are`);
    const successes = rows.filter((row) => row.status === 'success' && row.duplicate_of === null).length;
    claim(found === successes, `OUTPUT says ${found} found, ${successes} rows do`);
    claim(remaining === 0 || endsEarly(output.ending), `${remaining} lines remain after ${output.ending}`);
    claim(found - partial <= scenario.affordable, `${found} found where ${scenario.affordable} may be`);
    claim(remaining > 0 === remainingUrls.length > 0, 'REMAINING_URLS and OUTPUT.remaining differ');
    claim(run.statusMessage === output.message, `the status says "${run.statusMessage}", OUTPUT "${output.message}"`);
    claim(run.isStatusTerminal, 'the status is not the last one');
}
