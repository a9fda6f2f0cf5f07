/** "1,312". Loading a locale takes 10 ms of CPU, so small numbers do without it. */
export function formatCount(amount: number): string {
    return amount < 1000 ? String(amount) : amount.toLocaleString('en-US');
}

/** "1 line", "1,312 lines". */
export function formatCountOf(amount: number, one: string): string {
    return `${formatCount(amount)} ${amount === 1 ? one : `${one}s`}`;
}

/** "45 s", "15 min", "2 h 5 min". */
export function formatDuration(seconds: number): string {
    const whole = Math.ceil(seconds);
    if (whole < 100) return `${whole} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 100) return `${minutes} min`;
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** A share in per cent, with a decimal where rounding would give 0 or 100; empty without a whole. */
export function formatShare(count: number, whole: number): string {
    if (whole === 0) return '';
    const exact = (count / whole) * 100;
    const rounded = Math.round(exact);
    const isRound = exact === rounded || (rounded !== 0 && rounded !== 100);
    return isRound ? `${rounded} %` : `${Math.min(99.9, Math.max(0.1, exact)).toFixed(1)} %`;
}

/** "$0", "$7.20", "$0.006": at least two decimals, at most six. */
export function formatUsd(usd: number): string {
    if (usd === 0) return '$0';
    const [whole, decimals = ''] = usd.toFixed(6).split('.');
    return `$${formatCount(Number(whole))}.${decimals.replace(/0{1,4}$/, '')}`;
}

/** Rounds to a millionth of a dollar, which removes floating-point noise. */
export function roundUsd(usd: number): number {
    return Math.round(usd * 1e6) / 1e6;
}
