import { createLogUpdate } from 'log-update';
import { formatCount, formatDuration } from './format.ts';
import { describePause, type ProgressView } from './progress.ts';

const barWidth = 30;

/** Creates a progress bar at the bottom of a terminal. Loaded only on a terminal. */
export function createProgressBar(stream: NodeJS.WriteStream) {
    // A killed run must not leave the terminal without a cursor.
    const update = createLogUpdate(stream, { showCursor: true });
    let shown = '';
    return {
        show(view: ProgressView): void {
            shown = drawBar(view);
            update(shown);
        },
        /** Prints a line above the bar. */
        print(message: string): void {
            update.clear();
            stream.write(`${message}\n`);
            if (shown) update(shown);
        },
        /** Removes the bar. */
        close(): void {
            shown = '';
            update.clear();
            update.done();
        },
    };
}

/** The bar and its figures as two lines of plain text. */
export function drawBar({ totals, perSecond, pausedMs }: ProgressView): string {
    const { lines, remaining } = totals;
    const share = lines === 0 ? 1 : (lines - remaining) / lines;
    const full = Math.floor(share * barWidth);
    const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const rate = perSecond === null ? '' : ` · ${perSecond.toFixed(1)}/s`;
    const left = perSecond && remaining > 0 ? ` · ${formatDuration(remaining / perSecond)} left` : '';
    const speed = pausedMs > 0 ? ` · ${describePause(pausedMs)}` : `${rate}${left}`;
    const outcomes = [
        `${formatCount(totals.found)} found`,
        `${formatCount(totals.not_found)} not found`,
        `${formatCount(totals.errors)} errors`,
        `${formatCount(totals.invalid)} invalid`,
    ];
    return `${bar} ${percent}  ${formatCount(lines - remaining)} of ${formatCount(lines)}${speed}\n${outcomes.join(' · ')}`;
}
