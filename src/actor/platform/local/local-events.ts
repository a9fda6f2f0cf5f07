import { EventManager } from '@crawlee/core';

/**
 * Crawlee's event manager without its system monitor, which starts `ps` and `getconf` every second (slim images lack
 * them) and is not needed here.
 */
export class LocalEvents extends EventManager {}
