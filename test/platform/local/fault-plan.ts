export type Operation =
    | 'get-run'
    | 'set-status'
    | 'charge'
    | 'reboot'
    | 'get-storage'
    | 'push'
    | 'list'
    | 'get-record'
    | 'set-record';

/** How a call fails: an error status, a broken connection, or no response. */
export type FaultKind = '403' | '429' | '500' | '502' | '503' | 'reset' | 'hang';

/**
 * Whether the failed operation takes effect: never, before the caller sees it fail, or only some time after that.
 */
export type FaultMoment = 'before' | 'after' | 'late';

export type Fault = { kind: FaultKind; moment: FaultMoment };

/** Returns the fault of a call; null for none. */
export type FaultPlan = (operation: Operation) => Fault | null;

export const noFaults: FaultPlan = () => null;

/** The first `count` calls to one of `operations` have `fault`. */
export function planFaults(
    operations: readonly Operation[],
    fault: Fault,
    count = Number.POSITIVE_INFINITY,
): FaultPlan {
    let left = count;
    return (operation) => {
        if (left <= 0 || !operations.includes(operation)) return null;
        left -= 1;
        return fault;
    };
}
