/** What a run says, a line each on standard output; warnings are kept for `OUTPUT` too. */
export type Log = {
    readonly print: (message: string) => void;
    /** Prints each warning and keeps it. */
    warn(...warnings: readonly string[]): void;
    /** All warnings so far. */
    readonly warnings: string[];
    /** Has lines printed above a bar at the bottom of the terminal from now on. */
    showBar(bar: Bar): void;
    /** Takes the bar off the terminal. */
    closeBar(): void;
};

type Bar = { print(message: string): void; close(): void };

/** What moves a terminal's cursor, colours it, or turns its text around; lines and tabs are ours. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Opens the log of a run: the only writer to the terminal, so that no line and no bar overwrite each other. Whatever a
 * message quotes, no control character of it reaches the terminal.
 */
export function createLog(): Log {
    const warnings: string[] = [];
    let bar: Bar | null = null;
    const clean = (message: string) => message.replace(unprintable, '');
    const print = (message: string) => (bar ? bar.print(clean(message)) : console.log(clean(message)));
    return {
        print,
        warn(...added) {
            added.forEach(print);
            warnings.push(...added.map(clean));
        },
        warnings,
        showBar(next) {
            bar = next;
        },
        closeBar() {
            bar?.close();
            bar = null;
        },
    };
}
