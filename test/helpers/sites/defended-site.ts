import { gzipSync } from 'node:zlib';
import { createCertificates } from './certificates.ts';
import { startConnectProxy } from './connect-proxy.ts';
import { startTlsSite, type SiteRequest, type SiteResponse } from './tls-site.ts';

/** The rules of the site. */
export type DefenceRules = {
    /** Whether requests unlike a browser's are refused. */
    checksHeaders: boolean;
    exits: number;
    /** The most pages per address and window; null for no limit. */
    pagesPerExit: number | null;
    windowMs: number;
    /** The most pages per cookie, which a returning address must send; null for no such check. */
    pagesPerCookie: number | null;
    /** One profile in this many is on the German host; null for none. */
    movedOneIn: number | null;
    latencyMs: number;
};

type Exit = { shown: number; windowEndsAt: number; hasBeenHere: boolean };

/**
 * A local site with defences as reported of LinkedIn, behind a proxy with many exits, each a proxy URL with its own
 * user. For regression tests; it is no evidence of what LinkedIn does.
 */
export async function startDefendedSite(buildPage: (place: number) => string) {
    const certificates = await createCertificates();
    const pages = Array.from({ length: 20 }, (_, place) => gzipSync(buildPage(place)));
    const exitOfPort = new Map<number, string>();
    let rules: DefenceRules;
    let exits = new Map<string, Exit>();
    let cookies = new Map<string, number>();
    let statuses: Record<string, number> = {};
    let firstConnection = 0;

    const site = await startTlsSite(certificates, async (request) => {
        const response = decide(request);
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        await new Promise((resolve) => {
            setTimeout(resolve, rules.latencyMs);
        });
        return response;
    });
    const proxy = await startConnectProxy({
        portOf: () => site.port,
        onTunnel: (user, localPort) => exitOfPort.set(localPort, user),
    });

    function decide(request: SiteRequest): SiteResponse {
        const number = Number(/(\d+)\/?(?:\?|$)/.exec(request.path)?.[1] ?? 0);
        const { pagesPerExit, pagesPerCookie, movedOneIn } = rules;
        if (rules.checksHeaders && !isLikeBrowser(request)) return refused;
        const exit = getExit(exitOfPort.get(request.remotePort) ?? '');
        if (pagesPerExit !== null && exit.shown >= pagesPerExit) return refused;
        const cookie = /guest=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
        const isStranger = cookie === undefined && exit.hasBeenHere;
        if (pagesPerCookie !== null && (isStranger || (cookies.get(cookie ?? '') ?? 0) >= pagesPerCookie))
            return walled;
        exit.hasBeenHere = true;
        const isHome = request.host === 'www.linkedin.com';
        if (movedOneIn !== null && isHome && number % movedOneIn === 0) {
            return { status: 302, headers: { location: `https://de.linkedin.com/in/example-${number}?trk=moved` } };
        }
        exit.shown += 1;
        const known = cookie ?? `guest${cookies.size}`;
        cookies.set(known, (cookies.get(known) ?? 0) + 1);
        const setCookie = cookie === undefined ? { 'set-cookie': `guest=${known}; Domain=.linkedin.com; Path=/` } : {};
        const body = pages[number % pages.length] ?? '';
        return { status: 200, headers: { 'content-encoding': 'gzip', ...setCookie }, body };
    }

    function getExit(name: string): Exit {
        const now = Date.now();
        const known = exits.get(name);
        if (known && known.windowEndsAt > now) return known;
        const exit = { shown: 0, windowEndsAt: now + rules.windowMs, hasBeenHere: false };
        exits.set(name, exit);
        return exit;
    }

    return {
        /** The authority that signed the site's certificate, in PEM. */
        authority: certificates.authority,
        /** Resets the site with other rules; returns the proxy's exits. */
        defend(next: DefenceRules): string[] {
            rules = next;
            exits = new Map();
            cookies = new Map();
            statuses = {};
            site.asked.length = 0;
            firstConnection = proxy.tunnels.length;
            return Array.from({ length: next.exits }, (_, place) => proxy.urlFor(`exit${place}`));
        },
        /** Since then: requests by status, and connections through the proxy. */
        report: () => ({
            requests: site.asked.length,
            statuses,
            connections: proxy.tunnels.length - firstConnection,
        }),
        async close() {
            await proxy.close();
            await site.close();
        },
    };
}

const refused: SiteResponse = { status: 999, body: '<script>location.href = "/authwall"</script>' };
const walled: SiteResponse = { status: 302, headers: { location: 'https://www.linkedin.com/authwall?trk=x' } };

/** Whether the headers are consistent like a browser's. */
function isLikeBrowser({ headers, httpVersion }: SiteRequest): boolean {
    const [, version] = / Chrome\/(\d+)\.0\.0\.0 Safari\/537\.36$/.exec(headers['user-agent'] ?? '') ?? [];
    const hints = String(headers['sec-ch-ua'] ?? '');
    const platform = String(headers['sec-ch-ua-platform'] ?? '');
    const systems: Record<string, string> = { '"Windows"': 'Windows NT', '"macOS"': 'Mac OS X', '"Linux"': 'Linux' };
    return (
        httpVersion === '2.0' &&
        version !== undefined &&
        hints.includes(`v="${version}"`) &&
        (headers['user-agent'] ?? '').includes(systems[platform] ?? '?') &&
        // A browser never sends a request from the same site without a referer.
        (headers['sec-fetch-site'] === 'none' || headers.referer !== undefined) &&
        headers['accept-language']?.startsWith('en-US,en') === true &&
        headers.dnt === undefined
    );
}
