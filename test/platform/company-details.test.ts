import { expect, it } from 'vitest';
import type { PlatformRun } from './local/platform-run.ts';
import { answeredLines, people, usePlatform } from './local/use-platform.ts';

const { createRun, start, readAccount, onNthCall } = usePlatform();

type CompanyRow = { profile: { company: { linkedin_url: string } }; company_details: { name: string } | null };

const readRows = (run: PlatformRun) => run.dataset.readTruth() as unknown as CompanyRow[];
const listCompanies = (run: PlatformRun) => new Set(readRows(run).map(({ profile }) => profile.company.linkedin_url));

it('a resumed run does not fetch companies again that its rows contain', { timeout: 90_000 }, async () => {
    const input = { profileUrls: people(24), maxRequestsPerSecond: 30, maxConcurrency: 2, includeCompanyDetails: true };
    const run = createRun({ input });
    const first = start(run);
    onNthCall(run, 'push', 3, () => first.kill());
    expect((await first.ended).exitCode).toBeNull();
    const known = listCompanies(run);
    expect(known.size).toBeGreaterThan(0);

    expect((await start(run).ended).exitCode).toBe(0);
    expect(answeredLines(run)).toEqual([...Array.from({ length: 24 }).keys()]);
    for (const { company_details: details } of readRows(run)) expect(details?.name).toEqual(expect.any(String));
    const { output } = readAccount(run);
    const { by_page: pages } = output['requests'] as { by_page: Array<{ page: string; requests: number }> };
    const asked = pages.find(({ page }) => page === 'company')?.requests ?? 0;
    expect(asked).toBe(listCompanies(run).size - known.size);
    expect(output).toMatchObject({ found: 24, companies: { asked, found: asked } });
    expect(run.countCharges()).toEqual({ 'profile-found': 24 });
});
