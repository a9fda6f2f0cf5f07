import { describe, expect, it } from 'vitest';
import { describeSoak, findSoakProblems, type RestSample, type SoakFigures } from './soak-table.ts';

const megabyte = 2 ** 20;

/** A process at rest, sampled twelve times; `grow` says what it holds at each. */
const sampleProcess = (grow: (index: number) => Partial<RestSample> = () => ({})) => ({
    name: 'API',
    cacheBytes: 0,
    samples: Array.from({ length: 12 }, (_, index) => ({
        requests: index * 1000,
        heapBytes: 80 * megabyte,
        rssBytes: 150 * megabyte,
        descriptors: 30,
        ...grow(index),
    })),
});

const lawful: SoakFigures = {
    accounts: [{ granted: 100, left: 60, reserved: 0, used: 40, found: 40 }],
    standby: { found: 7, charged: 7 },
    statuses: new Map([
        [200, 50],
        [503, 3],
    ]),
    counts: { requests: 53, hangUps: 2, replays: 9 },
    unanswered: [],
    changed: [],
    api: { kills: 2, restarts: 1, endedByItself: 0, fullDisks: 1 },
    processes: [sampleProcess()],
    secretsInLogs: [],
};
const account = { granted: 100, left: 60, reserved: 0, used: 40, found: 40 };

describe('the law of the soak', () => {
    it('finds nothing wrong with figures that keep it', () => {
        expect(findSoakProblems(lawful)).toEqual([]);
        expect(describeSoak(lawful)).toMatch(/credits, difference +0\n/);
    });

    it.each<[string, Partial<SoakFigures>, string]>([
        ['a lost credit', { accounts: [{ ...account, left: 59 }] }, '59 left and 40 used of 100 credits'],
        ['a credit for nobody', { accounts: [{ ...account, found: 39 }] }, '40 credits used for 39 people found'],
        ['a credit that stays reserved', { accounts: [{ ...account, reserved: 1 }] }, '1 credits are still reserved'],
        ['a charge that was made twice', { standby: { found: 7, charged: 8 } }, '8 charges for 7 people found'],
        ['a 500', { statuses: new Map([...lawful.statuses, [500, 1]]) }, '1 responses are 500'],
        ['nobody who is answered', { statuses: new Map([[503, 9]]) }, 'nobody was answered'],
        ['another response to a repeat', { changed: ['{}'] }, 'something else'],
        ['a request without an end', { unanswered: ['soak-1'] }, 'nothing final'],
        ['a disk that never was full', { api: { ...lawful.api, fullDisks: 0 } }, 'no disk was full'],
        ['a secret in a log', { secretsInLogs: ['the key of an account'] }, 'the key of an account is in a log'],
        [
            'a heap that grows by half a kilobyte a request',
            {
                processes: [
                    sampleProcess((index) => ({
                        requests: index * 5000,
                        heapBytes: 80 * megabyte + index * 5000 * 512,
                    })),
                ],
            },
            'API: its heap grows',
        ],
        [
            'memory that grows outside the heap',
            { processes: [sampleProcess((index) => ({ rssBytes: (150 + index * 12) * megabyte }))] },
            'API: its memory grows',
        ],
        [
            'descriptors that stay open',
            { processes: [sampleProcess((index) => ({ descriptors: 30 + index * 6 }))] },
            'API: its descriptors grow',
        ],
    ])('is broken by %s', (_, broken, problem) => {
        const problems = findSoakProblems({ ...lawful, ...broken });
        expect(problems).toHaveLength(1);
        expect(problems[0]).toContain(problem);
    });

    it('takes a start that warms up for no leak, and a single sample that stands out for none', () => {
        const warmingUp = sampleProcess((index) => ({ heapBytes: Math.min(80, 40 + index * 15) * megabyte }));
        const outlier = sampleProcess((index) => ({ heapBytes: (index === 11 ? 120 : 80) * megabyte }));
        expect(findSoakProblems({ ...lawful, processes: [warmingUp, outlier] })).toEqual([]);
    });

    it('says nothing about growth where a soak is too short to tell', () => {
        const [first] = lawful.processes;
        const short = {
            ...lawful,
            processes: [{ name: 'API', cacheBytes: 0, samples: first?.samples.slice(0, 7) ?? [] }],
        };
        expect(findSoakProblems(short)).toEqual([]);
        expect(describeSoak(short)).toContain('too short to tell');
    });
});
