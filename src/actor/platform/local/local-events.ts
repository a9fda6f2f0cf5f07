import { EventManager } from '@crawlee/core';

/**
 * Crawlee's events for a local run, without its look at the machine every second: nothing here scales by it, and it
 * starts `ps` and `getconf`, which a slim image does not have.
 */
export class LocalEvents extends EventManager {}
