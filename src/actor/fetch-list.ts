const maxListBytes = 10 * 1024 * 1024;
const listTimeoutMs = 30_000;

/** A list behind a link, or why it cannot be read, in words that go on after "The linked list … ". */
export type ListFetch = { ok: true; text: string } | { ok: false; problem: string };

export type FetchListOptions = {
    /** Whether addresses of this very machine may be asked: locally yes, on the platform never. */
    allowLoopback: boolean;
};

const privateHost =
    /^(?:localhost|.*\.local|.*\.internal|0\.0\.0\.0|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|169\.254\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[.*\])$/i;

/** Reads a linked text or CSV file, 10 MB and 30 s at most; a Google Sheet's address is turned into its CSV export. */
export async function fetchList(address: string, { allowLoopback }: FetchListOptions): Promise<ListFetch> {
    if (!URL.canParse(address)) return { ok: false, problem: 'has no valid address' };
    const url = new URL(toCsvExport(address));
    if (!/^https?:$/.test(url.protocol)) return { ok: false, problem: 'must be a web address (https)' };
    if (!allowLoopback && privateHost.test(url.hostname)) return { ok: false, problem: 'is on a private address' };
    try {
        const response = await fetch(url, { signal: AbortSignal.timeout(listTimeoutMs) });
        if (!response.ok) {
            await response.body?.cancel();
            return {
                ok: false,
                problem: `answered with status ${response.status}; share it so that anyone with the link can read it`,
            };
        }
        const text = await readCapped(response);
        if (text === null) return { ok: false, problem: 'is larger than 10 MB' };
        if (/^\s*<(?:!doctype|html)/i.test(text))
            return {
                ok: false,
                problem: 'is a web page, not a text or CSV file; share it so that anyone with the link can read it',
            };
        return { ok: true, text };
    } catch {
        return { ok: false, problem: 'could not be downloaded' };
    }
}

function toCsvExport(address: string): string {
    const sheet = /^(https:\/\/docs\.google\.com\/spreadsheets\/d\/[^/]+)\/(?:edit|view)?(?:.*[?#&]gid=(\d+))?/.exec(
        address,
    );
    if (!sheet?.[1] || address.includes('/export')) return address;
    return `${sheet[1]}/export?format=csv${sheet[2] ? `&gid=${sheet[2]}` : ''}`;
}

async function readCapped(response: Response): Promise<string | null> {
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (bytes > maxListBytes) return null;
        text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
}
