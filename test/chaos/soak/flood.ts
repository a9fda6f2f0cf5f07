import { Agent, request as startRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../platform/local/seeded-random.ts';

export type FloodOptions = {
    /** Where the server is just now: one that was killed comes back at another port. */
    origin: () => string;
    /** The key of each account; each has `callersPerAccount` callers. */
    keys: readonly string[];
    random: SeededRandom;
};

export type Response = { status: number; retryAfterSecs: number; text: string };

export type Flood = ReturnType<typeof startFlood>;

const path = '/v1/linkedin-profile-enrichment/enrich';
const callersPerAccount = 6;
/** How long a caller goes on asking, in milliseconds: on a busy machine a start takes as long as the time to the next kill. */
const patienceMs = 300_000;
/** How often a request is sent again when the source refuses, before its caller gives up. */
const maxRefusals = 3;

const moods = {
    calm: { kinds: ['example', 'example', 'masked', 'unicode', 'flaky', 'moved', 'not-found'], pauseMs: 300 },
    flood: { kinds: ['example', 'example', 'bare', 'not-found'], pauseMs: 0 },
    refused: { kinds: ['wall', 'blocked', 'error', 'rate-limited', 'example'], pauseMs: 100 },
} as const;

/**
 * Callers that ask until they are told something final, each request under an Idempotency-Key of its own: some hang up
 * in the middle, some ask again for what they were told, and some send what is no request. Counts all responses.
 */
export function startFlood({ origin, keys, random }: FloodOptions) {
    const agent = new Agent({ keepAlive: true });
    const statuses = new Map<number, number>();
    /** People found for each account, counted from the responses: each is to cost one credit. */
    const found = keys.map(() => 0);
    const counts = { requests: 0, hangUps: 0, replays: 0 };
    /** Requests that were told nothing final, with all that they were told. */
    const unanswered: string[] = [];
    /** Responses that were others when they were asked for again. */
    const changed: string[] = [];
    let mood: keyof typeof moods = 'calm';
    let isPaused = false;
    const over = new AbortController();
    const asking = new Set<Promise<void>>();
    let next = 0;

    function post(body: string, headers: Record<string, string>, hangUpMs: number | null): Promise<Response> {
        return new Promise((resolve, reject) => {
            const request = startRequest(`${origin()}${path}`, { method: 'POST', agent, headers }, (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('error', reject);
                response.on('end', () => {
                    const status = response.statusCode ?? 0;
                    statuses.set(status, (statuses.get(status) ?? 0) + 1);
                    const retryAfterSecs = Number(response.headers['retry-after'] ?? 0);
                    resolve({ status, retryAfterSecs, text: Buffer.concat(chunks).toString() });
                });
            });
            request.on('error', reject);
            request.setTimeout(30_000, () => request.destroy(new Error('no response in 30 s')));
            request.end(body);
            if (hangUpMs === null) return;
            const hangUp = () => {
                counts.hangUps += 1;
                request.destroy(new Error('hung up'));
            };
            const timer = setTimeout(hangUp, hangUpMs);
            request.once('close', () => clearTimeout(timer));
        });
    }

    /** Asks until the response is final; null where the account is used up, or the source goes on refusing. */
    async function ask(account: number, idempotencyKey: string, handles: readonly string[]): Promise<Response | null> {
        const urls = handles.map((handle) => `https://www.linkedin.com/in/${handle}/`);
        const body = JSON.stringify(urls.length === 1 ? { url: urls[0] } : { urls });
        const headers = { Authorization: `Bearer ${keys[account]}`, 'Idempotency-Key': idempotencyKey };
        const told: string[] = [];
        let refusals = 0;
        for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt;) {
            const hangUpMs = random.chance(0.05) ? random.int(0, 100) : null;
            const response = await post(body, headers, hangUpMs).catch((error: Error) => {
                told.push(error.message);
                return null;
            });
            if (response) told.push(String(response.status));
            if (response && isFinal(response)) return response;
            if (response?.status === 402) {
                await sleep(1000);
                return null;
            }
            if (response && [200, 502, 504].includes(response.status) && (refusals += 1) >= maxRefusals) return null;
            await sleep(Math.min(response?.retryAfterSecs || 0.2, 5) * 1000);
        }
        unanswered.push(`${idempotencyKey} of account ${account}, ${handles.join()}: ${told.join(', ')}`);
        return null;
    }

    async function askOnce(account: number): Promise<void> {
        next += 1;
        const { kinds } = moods[mood];
        const size = random.chance(0.1) ? random.int(2, 5) : 1;
        const handles = Array.from({ length: size }, (_, at) => `${random.pick(kinds)}-${next * 10 + at}`);
        const idempotencyKey = `soak-${next}`;
        const response = await ask(account, idempotencyKey, handles);
        if (!response) return;
        found[account] = (found[account] ?? 0) + countFound(response.text);
        if (!random.chance(0.2)) return;
        counts.replays += 1;
        const again = await ask(account, idempotencyKey, handles);
        if (again && again.text !== response.text)
            changed.push(`${response.text.slice(0, 1000)}\n  then: ${again.text.slice(0, 1000)}`);
    }

    /** What no client should send. */
    async function bother(account: number): Promise<void> {
        const key = { Authorization: `Bearer ${keys[account]}` };
        const [body, headers] = random.pick<[string, Record<string, string>]>([
            ['{}', {}],
            ['{}', { Authorization: 'Bearer atm_live_nobody' }],
            ['{"url":', key],
            [JSON.stringify({ url: 'https://evil.example/in/example-1' }), key],
            [JSON.stringify({ url: 'x'.repeat(100_000) }), key],
            ['{}', { ...key, Expect: 'nothing' }],
        ]);
        await post(body, headers, null).catch(() => null);
    }

    async function call(account: number): Promise<void> {
        while (!over.signal.aborted) {
            if (!isPaused) {
                counts.requests += 1;
                const request = random.chance(0.05) ? bother(account) : askOnce(account);
                asking.add(request);
                await request;
                asking.delete(request);
            }
            await sleep(isPaused ? 100 : random.int(0, moods[mood].pauseMs));
        }
    }

    const changeMood = setInterval(() => {
        mood = random.pick(['calm', 'calm', 'flood', 'refused']);
    }, 5000);
    const callers = keys.flatMap((_, account) => Array.from({ length: callersPerAccount }, () => call(account)));

    return {
        statuses,
        found,
        counts,
        unanswered,
        changed,
        /** Resolves when nobody asks any more and no connection is open. */
        async pause(): Promise<void> {
            isPaused = true;
            await Promise.all(asking);
            agent.destroy();
        },
        goOn(): void {
            isPaused = false;
        },
        /** Resolves when everybody was told something final. */
        async end(): Promise<void> {
            over.abort();
            clearInterval(changeMood);
            await Promise.all(callers);
            agent.destroy();
        },
    };
}

/** Whether the same request will be told the same: a batch in which every URL failed is worked on again. */
function isFinal({ status, text }: Response): boolean {
    return status === 422 || (status === 200 && listStatuses(text).some((one) => one !== 'error'));
}

/** How many people a response tells of. */
function countFound(text: string): number {
    return listStatuses(text).filter((status) => status === 'success').length;
}

function listStatuses(text: string): Array<string | undefined> {
    const { data } = JSON.parse(text) as { data?: { status: string } | Array<{ status: string }> };
    return [data ?? []].flat().map(({ status }) => status);
}
