/** US dollars times this are the whole numbers that money is counted in. */
const nanosPerUsd = 1_000_000_000;

export type Pricing = {
    /** What one profile found costs, all events it causes together, in US dollars. Null: nothing is charged. */
    pricePerFoundUsd: number | null;
    /** The most this run may charge, in US dollars; Infinity without a limit. */
    maxTotalChargeUsd: number;
    /** What was charged before this start, in US dollars. */
    spentUsd: number;
};

/** How many profiles the caller wants at most, whatever they cost. */
export type Quota = {
    /** Null without a limit. */
    maxProfiles: number | null;
    /** Profiles found before this start. */
    foundBefore: number;
};

/** Counts how many profiles may still be found and charged. Every method is immediate: nothing can come in between. */
export type Budget = {
    /** Sets one find and its charge aside; false when none is left. */
    reserve(): boolean;
    /** Gives a reservation back: nothing was found. */
    release(): void;
    /** Turns a reservation into a charge. */
    settle(): void;
    /** Gives a settled charge back that is never made. */
    refund(): void;
    /** Which limit leaves nothing more to find; null while neither does. The quota comes first. */
    usedUp(): 'max_profiles' | 'budget' | null;
    /** Charges that can still be made, reservations not counted against them; null without a limit. */
    remaining(): number | null;
};

/** The budget of a run. A limit below the price of one profile leaves none; no price or no limit leaves any number. */
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
            // No await between the check and the reservation: parallel work cannot take the same charge twice.
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
