/** What a call to the platform does. */
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

/** How a call goes wrong: an answer, a connection that breaks off, or silence. */
export type FaultKind = '403' | '429' | '500' | '502' | '503' | 'reset' | 'hang';

/**
 * Whether the operation takes effect all the same: never, although the caller sees it fail, or only a while after the
 * caller saw it fail.
 */
export type FaultMoment = 'before' | 'after' | 'late';

export type Fault = { kind: FaultKind; moment: FaultMoment };

/** Decides for every call what goes wrong with it; null for nothing. */
export type FaultPlan = (operation: Operation) => Fault | null;

export const noFaults: FaultPlan = () => null;

/** Every call to one of `operations` meets `fault`, the first `count` times. */
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
