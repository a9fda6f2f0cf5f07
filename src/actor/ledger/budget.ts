/** Money is counted in whole nanodollars. */
const nanosPerUsd = 1_000_000_000;

export type Pricing = {
    /** Price of one profile found, all its events together, in US dollars; null when nothing is charged. */
    pricePerFoundUsd: number | null;
    /** Charge limit of the run in US dollars; Infinity without one. */
    maxTotalChargeUsd: number;
    /** Charged by earlier starts, in US dollars. */
    spentUsd: number;
};

/**
 * Counts how many profiles may still be found and charged: none below the price of one profile, any number without a
 * price or a limit. `maxProfiles` is the caller's limit, independent of cost; null without one. `foundBefore` counts the
 * profiles found by earlier starts. All methods are synchronous.
 */
export function createBudget(
    { pricePerFoundUsd, maxTotalChargeUsd, spentUsd }: Pricing,
    { maxProfiles = null, foundBefore = 0 }: { maxProfiles?: number | null; foundBefore?: number } = {},
) {
    const priceNanos = Math.round((pricePerFoundUsd ?? 0) * nanosPerUsd);
    const isLimited = priceNanos > 0 && Number.isFinite(maxTotalChargeUsd);
    const affordable = Math.floor(
        (Math.round(maxTotalChargeUsd * nanosPerUsd) - Math.round(spentUsd * nanosPerUsd)) / priceNanos,
    );
    let left = isLimited ? Math.max(0, affordable) : Number.POSITIVE_INFINITY;
    let wanted = (maxProfiles ?? Number.POSITIVE_INFINITY) - foundBefore;
    let reserved = 0;

    return {
        /** Sets aside finds and their charges, all or none; false when fewer are left. */
        reserve(count = 1): boolean {
            // No `await` between check and update: concurrent work cannot reserve the same charge twice.
            if (reserved + count > Math.min(left, wanted)) return false;
            reserved += count;
            return true;
        },
        release(count = 1): void {
            reserved -= count;
        },
        /** Turns reservations into charges. */
        settle(count = 1): void {
            reserved -= count;
            left -= count;
            wanted -= count;
        },
        /** Takes back a settled charge that is never made. */
        refund(): void {
            left += 1;
            wanted += 1;
        },
        /** The limit that is used up, `maxProfiles` first; null when neither is. */
        usedUp(): 'max_profiles' | 'budget' | null {
            if (wanted <= 0) return 'max_profiles';
            return left <= 0 ? 'budget' : null;
        },
        /** Charges left, reservations included; null without a limit. */
        remaining: () => (isLimited ? left : null),
    };
}
export type Budget = ReturnType<typeof createBudget>;
