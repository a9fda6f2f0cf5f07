import type { FaultPlan } from './fault-plan.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Random faults, at most `count`, determined by the seed. */
export function planRandomFaults(
    random: SeededRandom,
    { probability, count }: { probability: number; count: number },
): FaultPlan {
    let left = count;
    return (operation) => {
        if (left <= 0 || !random.chance(probability)) return null;
        left -= 1;
        const kind = random.pick(['429', '500', '502', '503', 'reset', 'reset', 'hang'] as const);
        // A rate limit guarantees that nothing was done.
        if (kind === '429') return { kind, moment: 'before' };
        const isWrite = operation === 'push' || operation === 'charge';
        return {
            kind,
            moment: isWrite
                ? random.pick(['before', 'after', 'after', 'late'] as const)
                : random.pick(['before', 'after'] as const),
        };
    };
}
