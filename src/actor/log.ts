type Bar = { print(message: string): void; close(): void };

/**
 * Control and format characters, which move the cursor, set colours or change text direction; line feeds and tabs stay.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Creates the log of a run on standard output, one line each: the only writer to the terminal, so that lines and bar
 * never overwrite each other. Control characters in quoted text are removed.
 */
export function createLog() {
    const warnings: string[] = [];
    let bar: Bar | null = null;
    const clean = (message: string) => message.replace(unprintable, '');
    const print = (message: string) => (bar ? bar.print(clean(message)) : console.log(clean(message)));
    return {
        print,
        /** Prints each warning and keeps it for `OUTPUT`. */
        warn(...added: readonly string[]): void {
            added.forEach(print);
            warnings.push(...added.map(clean));
        },
        warnings,
        /** Prints all further lines above a bar at the bottom of the terminal. */
        showBar(next: Bar): void {
            bar = next;
        },
        closeBar(): void {
            bar?.close();
            bar = null;
        },
    };
}
export type Log = ReturnType<typeof createLog>;
