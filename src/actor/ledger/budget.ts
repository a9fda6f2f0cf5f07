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

/** The caller's limit on profiles, independent of cost. */
export type Quota = {
    /** Null without a limit. */
    maxProfiles: number | null;
    /** Profiles found by earlier starts. */
    foundBefore: number;
};

/** Counts how many profiles may still be found and charged. All methods are synchronous. */
export type Budget = {
    /** Sets aside one find and its charge; false when none is left. */
    reserve(): boolean;
    /** Releases a reservation. */
    release(): void;
    /** Turns a reservation into a charge. */
    settle(): void;
    /** Takes back a settled charge that is never made. */
    refund(): void;
    /** The limit that is used up, `maxProfiles` first; null when neither is. */
    usedUp(): 'max_profiles' | 'budget' | null;
    /** Charges left, reservations included; null without a limit. */
    remaining(): number | null;
};

/** Creates the budget of a run: 0 below the price of one profile, unlimited without a price or a limit. */
export function createBudget(
    { pricePerFoundUsd, maxTotalChargeUsd, spentUsd }: Pricing,
    { maxProfiles, foundBefore }: Quota = { maxProfiles: null, foundBefore: 0 },
): Budget {
    const priceNanos = Math.round((pricePerFoundUsd ?? 0) * nanosPerUsd);
    const isLimited = priceNanos > 0 && Number.isFinite(maxTotalChargeUsd);
    const affordable = Math.floor(
        (Math.round(maxTotalChargeUsd * nanosPerUsd) - Math.round(spentUsd * nanosPerUsd)) / priceNanos,
    );
    let left = isLimited ? Math.max(0, affordable) : Number.POSITIVE_INFINITY;
    let wanted = (maxProfiles ?? Number.POSITIVE_INFINITY) - foundBefore;
    let reserved = 0;

    return {
        reserve() {
            // No `await` between check and update: concurrent work cannot reserve the same charge twice.
            if (reserved >= left || reserved >= wanted) return false;
            reserved += 1;
            return true;
        },
        release() {
            reserved -= 1;
        },
        settle() {
            reserved -= 1;
            left -= 1;
            wanted -= 1;
        },
        refund() {
            left += 1;
            wanted += 1;
        },
        usedUp() {
            if (wanted <= 0) return 'max_profiles';
            return left <= 0 ? 'budget' : null;
        },
        remaining: () => (isLimited ? left : null),
    };
}
