import { monotonicFactory } from 'ulid';

/** A ULID for an instant (ms since the epoch); of two for the same instant the later sorts after the earlier. */
export const newId: (now: number) => string = monotonicFactory();
