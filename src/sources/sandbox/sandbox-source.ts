import type { Clock } from '../../enrichment/clock.ts';
import type { Source } from '../../enrichment/source.ts';
import { createPublicPageSource, type PublicPageSourceOptions } from '../public-page/public-page-source.ts';
import { startSandboxSite } from './sandbox-site.ts';

/** The sandbox as a source: the public-page source, pointed at the synthetic site. */
export async function createSandboxSource(
    clock: Clock,
    options: Pick<PublicPageSourceOptions, 'client' | 'onRequest'> = {},
): Promise<Source> {
    const site = await startSandboxSite(clock, clock.now());
    const source = await createPublicPageSource({
        ...options,
        origin: site.origin,
        name: 'sandbox',
        proxy: null,
        clock,
    });
    return {
        name: source.name,
        fetchProfile: (request) => source.fetchProfile(request),
        ...(source.fetchCompany ? { fetchCompany: source.fetchCompany } : {}),
        async close() {
            await source.close();
            await site.close();
        },
    };
}
