/**
 * Counts requests as a strict server does: no more than `maxPerSecond` in any second, whether the second begins on the
 * clock or anywhere. Null refuses nothing.
 */
export function countStrictly(maxPerSecond: number | null) {
    const allowedAt: number[] = [];
    let asked = 0;
    let refused = 0;
    let firstAt = 0;
    let lastAt = 0;
    return {
        take(nowMs: number): boolean {
            asked += 1;
            if (asked === 1) firstAt = nowMs;
            lastAt = nowMs;
            const oldest = allowedAt[allowedAt.length - (maxPerSecond ?? Infinity)];
            if (oldest !== undefined && nowMs - oldest < 1000) {
                refused += 1;
                return false;
            }
            allowedAt.push(nowMs);
            return true;
        },
        get asked() {
            return asked;
        },
        get refused() {
            return refused;
        },
        /** From the first request to the last, in milliseconds. */
        get spanMs() {
            return lastAt - firstAt;
        },
    };
}
