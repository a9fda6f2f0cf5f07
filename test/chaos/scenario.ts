import type { Operation } from '../platform/local/fault-plan.ts';
import type { PricingInfo } from '../platform/local/platform-run.ts';
import { createSeededRandom, type SeededRandom } from '../platform/local/seeded-random.ts';

/** What happens to a container: killed without warning, moved, aborted, out of time, or cut off from its events. */
export type DisasterKind = 'kill' | 'migrate' | 'abort' | 'timeout' | 'lose-events';

export type Disaster = {
    kind: DisasterKind;
    /** When it strikes: at the n-th call of a kind, or so many milliseconds after the container's start. */
    trigger: { operation: Operation; call: number } | { afterMs: number };
};

export type ExpectedLine = {
    /** What the row of this line says in the end; null for a line that another line's row answers. */
    status: 'success' | 'not_found' | 'error' | null;
    /** Who is found and charged, by handle: everybody once. */
    person: string | null;
    /** Whether the profile lacks what is required of it: a row, and no charge. */
    isPartial?: boolean;
};

export type Scenario = {
    seed: number;
    input: { profileUrls: string[]; duplicates: 'merge' | 'repeat' } & Record<string, unknown>;
    lines: ExpectedLine[];
    pricingInfo: PricingInfo | null;
    maxTotalChargeUsd: number | null;
    /** How many people this run can find and charge for; Infinity without a limit, 0 events are charged when `isCharged` is false. */
    affordable: number;
    isCharged: boolean;
    disasters: Disaster[];
    faults: { probability: number; count: number };
    /** Whether a provider stands behind the page, for those whose title the page does not show. */
    hasProvider: boolean;
    /** Whether the company of everybody is asked for. */
    hasCompanies: boolean;
    /** A while in which every call fails, counted from the first push; null for none. */
    outage: { afterMs: number; durationMs: number } | null;
    /** Whether the finished run is resurrected once more, which must change nothing. */
    isResurrectedAtTheEnd: boolean;
};

/** Everything about one chaos run, decided by its seed. */
export function buildScenario(seed: number): Scenario {
    const random = createSeededRandom(seed);
    const duplicates = random.chance(0.25) ? 'repeat' : 'merge';
    const hasProvider = random.chance(0.25);
    // From a stream of its own: a seed decides the same of everything else as before there were companies.
    const companyRandom = createSeededRandom(seed + 0x5eed);
    const hasCompanies = companyRandom.chance(0.5);
    const { profileUrls, lines } = buildLines(random, duplicates, {
        hasProvider,
        companyRandom: hasCompanies ? companyRandom : null,
    });
    const maxConcurrency = random.pick([null, 1, 2, 4]);
    const maxProfiles = random.chance(0.15) ? random.int(1, lines.length) : null;
    const pricing = choosePricing(random, lines);
    return {
        seed,
        input: {
            profileUrls,
            duplicates,
            maxRequestsPerSecond: random.pick([15, 30, 60, 200]),
            maxAttempts: 2,
            // Only the disasters may cut a fetch short, not a busy machine.
            timeoutSecs: 300,
            ...(hasProvider ? providerInput : {}),
            ...(hasCompanies ? { includeCompanyDetails: true } : {}),
            ...(maxConcurrency === null ? {} : { maxConcurrency }),
            ...(maxProfiles === null ? {} : { maxProfiles }),
        },
        lines,
        hasProvider,
        hasCompanies,
        ...pricing,
        affordable: Math.min(pricing.affordable, maxProfiles ?? pricing.affordable),
        disasters: Array.from({ length: random.pick([0, 1, 1, 2, 2, 3]) }, () => chooseDisaster(random)),
        faults: { probability: random.pick([0, 0.05, 0.1, 0.2]), count: 20 },
        outage: random.chance(0.15) ? { afterMs: random.int(0, 500), durationMs: random.int(300, 2000) } : null,
        isResurrectedAtTheEnd: random.chance(0.2),
    };
}

const providerInput = {
    sources: ['public-page', 'ai-ark'],
    requiredFields: ['title'],
    aiArkApiKey: 'canary-key',
    maxProviderLookups: 100_000,
};

/** Two lines in three lead to somebody. */
const lineKinds = [
    ...(['found', 'found', 'found', 'found', 'found', 'found', 'found', 'found', 'found', 'found'] as const),
    ...(['found', 'found', 'missing', 'missing', 'failing', 'invalid', 'repeated', 'repeated', 'moved'] as const),
] as const;

/** People whose companies come to something else than being there. */
const workplaces = ['at-missing', 'at-wall', 'at-error', 'at-moved', 'at-slow'] as const;

function buildLines(
    random: SeededRandom,
    duplicates: 'merge' | 'repeat',
    { hasProvider, companyRandom }: { hasProvider: boolean; companyRandom: SeededRandom | null },
): { profileUrls: string[]; lines: ExpectedLine[] } {
    const profileUrls: string[] = [];
    const lines: ExpectedLine[] = [];
    const handles: Array<{ handle: string; line: ExpectedLine }> = [];
    const add = (url: string, line: ExpectedLine) => {
        profileUrls.push(url);
        lines.push(line);
    };
    const addHandle = (handle: string, line: ExpectedLine) => {
        handles.push({ handle, line });
        add(`https://www.linkedin.com/in/${handle}`, line);
    };
    const length = random.int(5, 40);
    for (let number = 1; profileUrls.length < length; number += 1) {
        const kind = random.pick(lineKinds);
        const earlier = handles[random.int(0, Math.max(0, handles.length - 1))];
        if (kind === 'repeated' && earlier) {
            const line = duplicates === 'repeat' ? earlier.line : { status: null, person: earlier.line.person };
            add(`linkedin.com/in/${earlier.handle.toUpperCase()}/?trk=${number}`, line);
        } else if (kind === 'invalid') {
            add(`https://www.linkedin.com/company/example-${number}`, { status: 'error', person: null });
        } else if (kind === 'missing') {
            addHandle(`not-found-${number}`, { status: 'not_found', person: null });
        } else if (kind === 'failing') {
            addHandle(`${random.pick(['error', 'wall', 'blocked'])}-${number}`, { status: 'error', person: null });
        } else if (kind === 'moved') {
            const person = `example-${900_000 + number}`;
            addHandle(`moved-${number}`, { status: 'success', person });
            // The same person under both names is one charge.
            if (random.chance(0.5)) addHandle(person, { status: 'success', person });
        } else if (hasProvider && random.chance(0.2)) {
            addHandle(`unknown-${number}`, { status: 'success', person: null, isPartial: true });
        } else {
            const usual = random.pick(['example', 'example', 'example', 'bare', 'masked', 'unicode', 'flaky']);
            const kind = companyRandom?.chance(0.4) ? companyRandom.pick(workplaces) : usual;
            const handle = `${kind}-${number}`;
            addHandle(handle, { status: 'success', person: handle });
        }
    }
    return { profileUrls, lines };
}

const foundPriceUsd = 0.01;
const rowPriceUsd = 0.002;

function choosePricing(
    random: SeededRandom,
    lines: ExpectedLine[],
): Pick<Scenario, 'pricingInfo' | 'maxTotalChargeUsd' | 'affordable' | 'isCharged'> {
    const people = new Set(lines.map(({ person }) => person).filter((person) => person !== null)).size;
    const kind = random.pick([
        ...(['fixed', 'fixed', 'fixed', 'fixed', 'tiered', 'rows', 'rows-alone', 'no-price', 'free'] as const),
    ]);
    const fixed = { eventTitle: 'Profile found', eventPriceUsd: foundPriceUsd };
    const tiers = { FREE: { tieredEventPriceUsd: foundPriceUsd }, GOLD: { tieredEventPriceUsd: foundPriceUsd / 2 } };
    const hasEvent = kind !== 'no-price' && kind !== 'rows-alone';
    const events: Record<string, object> = hasEvent
        ? { 'profile-found': kind === 'tiered' ? { eventTitle: 'Found', eventTieredPricingUsd: tiers } : fixed }
        : { other: { eventTitle: 'Something else', eventPriceUsd: 1 } };
    if (kind === 'rows' || kind === 'rows-alone')
        events['apify-default-dataset-item'] = { eventTitle: 'Row', eventPriceUsd: rowPriceUsd };
    const isCharged = kind !== 'no-price' && kind !== 'free';
    const pricingInfo: PricingInfo | null =
        kind === 'free' ? null : { pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents: events } };
    if (!isCharged || random.chance(0.6)) {
        return { pricingInfo, maxTotalChargeUsd: null, affordable: Number.POSITIVE_INFINITY, isCharged };
    }
    const affordable = random.int(0, people + 2);
    const rowUsd = 'apify-default-dataset-item' in events ? rowPriceUsd : 0;
    const priceUsd = (hasEvent ? foundPriceUsd : 0) + rowUsd;
    // Something may be left over that is not enough for one more.
    const leftUsd = random.chance(0.5) ? priceUsd / 3 : 0;
    const maxTotalChargeUsd = Math.round((affordable * priceUsd + leftUsd) * 1e6) / 1e6;
    return { pricingInfo, maxTotalChargeUsd, affordable, isCharged };
}

function chooseDisaster(random: SeededRandom): Disaster {
    const kind = random.pick<DisasterKind>([
        'kill',
        'kill',
        'kill',
        'migrate',
        'migrate',
        'abort',
        'timeout',
        'lose-events',
    ]);
    if (random.chance(0.4)) return { kind, trigger: { afterMs: random.int(400, 2500) } };
    const operation = random.pick(['push', 'push', 'charge', 'charge', 'set-record', 'list', 'set-status'] as const);
    return {
        kind,
        trigger: { operation, call: random.int(1, operation === 'push' || operation === 'charge' ? 4 : 2) },
    };
}
