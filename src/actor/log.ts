/** The log of a run on standard output, one line each; warnings are kept for `OUTPUT` too. */
export type Log = {
    readonly print: (message: string) => void;
    /** Prints each warning and keeps it. */
    warn(...warnings: readonly string[]): void;
    /** All warnings so far. */
    readonly warnings: string[];
    /** Prints all further lines above a bar at the bottom of the terminal. */
    showBar(bar: Bar): void;
    /** Removes the bar. */
    closeBar(): void;
};

type Bar = { print(message: string): void; close(): void };

/**
 * Control and format characters, which move the cursor, set colours or change text direction; line feeds and tabs stay.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Creates the log of a run, the only writer to the terminal, so that lines and bar never overwrite each other. Control
 * characters in quoted text are removed.
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
