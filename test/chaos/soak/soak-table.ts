import { spreadOf } from '../../bench/statistics.ts';
import type { AccountFigures } from './soaked-api.ts';

/** What a process holds when nobody asks it anything, its garbage collected. */
export type RestSample = {
    /** Requests that its callers made so far. */
    requests: number;
    heapBytes: number;
    rssBytes: number;
    descriptors: number;
};

export type SoakFigures = {
    /** Credits of each account beside the people that its callers were told of. */
    accounts: Array<AccountFigures & { found: number }>;
    standby: { found: number; charged: number };
    statuses: ReadonlyMap<number, number>;
    counts: Record<'requests' | 'hangUps' | 'replays', number>;
    /** Requests that were told nothing final, and responses that were others when asked for again. */
    unanswered: readonly string[];
    changed: readonly string[];
    api: Record<'kills' | 'restarts' | 'endedByItself' | 'fullDisks', number>;
    /** Of each process that lives as long as the soak; `cacheBytes` is what it may come to keep on purpose. */
    processes: Array<{ name: string; samples: readonly RestSample[]; cacheBytes: number }>;
    /** Names of secrets that stand in a log. */
    secretsInLogs: readonly string[];
};

/** With fewer samples than this nothing is said about growth. */
const leastSamples = 8;

/** What the heap of a process at rest may grow by: noise, and what Standby remembers of each charge (150,000 at most). */
const heapSlackBytes = 4 * 2 ** 20;
const heapBytesPerRequest = 200;
/** Memory that V8 and the embedded database keep for later is no leak, and has an end. */
const rssSlackBytes = 64 * 2 ** 20;
/** The embedded database keeps the files of its tables open once it has used them. */
const descriptorSlack = 32;

export type Growth = { first: RestSample; last: RestSample; problems: string[] };

/**
 * Compares the medians of the second and the last quarter of a soak; the first is for warming up. Null where there are
 * too few samples to tell.
 */
export function measureGrowth({ samples, cacheBytes }: SoakFigures['processes'][number]): Growth | null {
    if (samples.length < leastSamples) return null;
    const quarter = Math.floor(samples.length / 4);
    const medians = (part: readonly RestSample[]): RestSample => {
        const median = (pick: (sample: RestSample) => number) => spreadOf(part.map(pick)).median;
        return {
            requests: median(({ requests }) => requests),
            heapBytes: median(({ heapBytes }) => heapBytes),
            rssBytes: median(({ rssBytes }) => rssBytes),
            descriptors: median(({ descriptors }) => descriptors),
        };
    };
    const first = medians(samples.slice(quarter, 2 * quarter));
    const last = medians(samples.slice(-quarter));
    const heapLimit = heapSlackBytes + cacheBytes + heapBytesPerRequest * (last.requests - first.requests);
    const problems: string[] = [];
    if (last.heapBytes - first.heapBytes > heapLimit) problems.push('its heap grows');
    if (last.rssBytes - first.rssBytes > rssSlackBytes + cacheBytes) problems.push('its memory grows');
    if (last.descriptors - first.descriptors > descriptorSlack) problems.push('its descriptors grow');
    return { first, last, problems };
}

/** Everything that breaks the law, a sentence each. */
export function findSoakProblems(figures: SoakFigures): string[] {
    const { accounts, standby, statuses, counts, unanswered, changed, api, processes, secretsInLogs } = figures;
    const problems: string[] = [];
    const claim = (isTrue: boolean, problem: string) => void (isTrue || problems.push(problem));
    for (const [index, { granted, left, reserved, used, found }] of accounts.entries()) {
        claim(left + used === granted, `account ${index}: ${left} left and ${used} used of ${granted} credits`);
        claim(reserved === 0, `account ${index}: ${reserved} credits are still reserved`);
        claim(used === found, `account ${index}: ${used} credits used for ${found} people found`);
    }
    claim(standby.charged === standby.found, `Standby: ${standby.charged} charges for ${standby.found} people found`);
    for (const [status, count] of statuses) {
        claim(status !== 500, `${count} responses are 500`);
    }
    for (const request of unanswered) claim(false, `told nothing final: ${request}`);
    for (const response of changed) claim(false, `told something else when asked again: ${response}`);
    claim(counts.requests > 0 && (statuses.get(200) ?? 0) > 0, 'nobody was answered');
    claim(api.fullDisks > 0 || processes.every(({ samples }) => samples.length < leastSamples), 'no disk was full');
    for (const process of processes) {
        for (const problem of measureGrowth(process)?.problems ?? []) claim(false, `${process.name}: ${problem}`);
    }
    for (const secret of secretsInLogs) claim(false, `${secret} is in a log`);
    return problems;
}

/** The second half of the closing table, after the Actor's runs. */
export function describeSoak({
    accounts,
    standby,
    statuses,
    counts,
    unanswered,
    changed,
    api,
    processes,
    secretsInLogs,
}: SoakFigures): string {
    const sum = (pick: (account: SoakFigures['accounts'][number]) => number) =>
        accounts.reduce((total, account) => total + pick(account), 0);
    const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    const growth = processes.flatMap((process): Array<[string, string]> => {
        const { name } = process;
        const measured = measureGrowth(process);
        if (!measured) return [[`${name}, growth`, 'too short to tell']];
        const { first, last } = measured;
        const row = (title: string, show: (sample: RestSample) => string): [string, string] => [
            `${name}, ${title}`,
            `${show(first)} → ${show(last)}`,
        ];
        return [
            row('requests', ({ requests }) => requests.toLocaleString('en-US')),
            row('heap at rest, MB', ({ heapBytes }) => megabytes(heapBytes)),
            row('memory at rest, MB', ({ rssBytes }) => megabytes(rssBytes)),
            row('descriptors', ({ descriptors }) => String(descriptors)),
        ];
    });
    const rows: Array<[string, number | string]> = [
        ['API: kills', api.kills],
        ['API: restarts', api.restarts],
        ['API: ended by itself', api.endedByItself],
        ['API: full disks', api.fullDisks],
        ['requests', counts.requests],
        ['callers who hung up', counts.hangUps],
        ...[...statuses]
            .toSorted(([one], [other]) => one - other)
            .map(([status, count]): [string, number] => [`responses ${status}`, count]),
        ['responses 500, all', statuses.get(500) ?? 0],
        ['without a final response', unanswered.length],
        ['repeated requests', counts.replays],
        ['told something else', changed.length],
        ['credits granted', sum(({ granted }) => granted)],
        ['people found', sum(({ found }) => found)],
        ['credits used', sum(({ used }) => used)],
        ['credits left, expected', sum(({ granted, found }) => granted - found)],
        ['credits left', sum(({ left }) => left)],
        ['credits, difference', sum(({ granted, left, found }) => Math.abs(granted - found - left))],
        ['Standby: people found', standby.found],
        ['Standby: charges made', standby.charged],
        ['Standby: difference', Math.abs(standby.found - standby.charged)],
        ...growth,
        ['secrets in logs', secretsInLogs.length],
    ];
    return rows.map(([name, value]) => `  ${name.padEnd(38)}${value.toLocaleString('en-US').padStart(20)}`).join('\n');
}
