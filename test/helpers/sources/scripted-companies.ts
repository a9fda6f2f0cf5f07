import type { Clock } from '../../../src/enrichment/clock.ts';
import type { CompanyDetails } from '../../../src/enrichment/result/company.ts';
import type { CompanyOutcome, CompanyRequest } from '../../../src/enrichment/source.ts';
import { failed } from './scripted-source.ts';

/** A minimal company. */
export function buildCompany(changes: Partial<CompanyDetails> = {}): CompanyDetails {
    return {
        organization_id: null,
        name: 'Acme',
        linkedin_url: 'https://www.linkedin.com/company/acme',
        tagline: null,
        description: null,
        website: null,
        domain: null,
        industry: null,
        company_type: null,
        company_size: null,
        employees_on_linkedin: null,
        followers_count: null,
        founded_year: null,
        headquarters: null,
        locations: [],
        specialties: [],
        logo_url: null,
        cover_url: null,
        funding: null,
        ...changes,
    };
}

export type ScriptedCompany = { outcome: CompanyOutcome; afterMs?: number };

export const foundCompany = (path: string, changes: Partial<CompanyDetails> = {}): CompanyOutcome => ({
    kind: 'found',
    company: buildCompany({ name: path, linkedin_url: `https://www.linkedin.com/${path}`, ...changes }),
});

/** Scripted companies, like `createScriptedSource` for profiles. */
export function createScriptedCompanies(clock: Clock, plan: (path: string, attempt: number) => ScriptedCompany) {
    const asked: Array<{ path: string; at: number; timeoutMs: number }> = [];
    const underWay = { now: 0, most: 0 };
    return {
        asked,
        underWay,
        async fetchCompany({ path, timeoutMs, signal, onSent }: CompanyRequest): Promise<CompanyOutcome> {
            asked.push({ path, at: clock.now(), timeoutMs });
            onSent?.();
            const { outcome, afterMs = 0 } = plan(path, asked.filter((question) => question.path === path).length);
            underWay.now += 1;
            underWay.most = Math.max(underWay.most, underWay.now);
            try {
                await clock.sleep(Math.min(afterMs, timeoutMs), signal);
            } finally {
                underWay.now -= 1;
            }
            return afterMs > timeoutMs
                ? (failed({ code: 'upstream_timeout', cause: 'timeout' }) as CompanyOutcome)
                : outcome;
        },
    };
}
