/** Counts of profiles by duration. */
export type LatencyHistogram = ReadonlyArray<{ label: string; count: number }>;

const bins = [
    { label: 'under 0.25 s', belowMs: 250 },
    { label: '0.25 to 0.5 s', belowMs: 500 },
    { label: '0.5 to 1 s', belowMs: 1_000 },
    { label: '1 to 2 s', belowMs: 2_000 },
    { label: '2 to 5 s', belowMs: 5_000 },
    { label: '5 to 10 s', belowMs: 10_000 },
    { label: 'over 10 s', belowMs: Number.POSITIVE_INFINITY },
];

/** Sorts durations into fixed bins, so that runs can be compared. */
export function createLatencyHistogram() {
    const counts = bins.map(() => 0);
    return {
        add(durationMs: number): void {
            const place = bins.findIndex(({ belowMs }) => durationMs < belowMs);
            counts[place] = (counts[place] ?? 0) + 1;
        },
        read: (): LatencyHistogram => bins.map(({ label }, place) => ({ label, count: counts[place] ?? 0 })),
    };
}
