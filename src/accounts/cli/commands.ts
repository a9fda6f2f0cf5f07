import { parseArgs } from 'node:util';
import { parseHandle } from '../../enrichment/profile-url/profile-url.ts';
import type { Database } from '../database/database.ts';
import { createKey, listKeys, revokeKey } from '../keys.ts';
import { suppressProfile, unsuppressProfile } from '../suppression.ts';
import { addCredits, changePlan, createTenant, listTenants, maxCredits, maxPlan, type Tenant } from '../tenants.ts';
import { readUsage } from '../usage.ts';

/** What a command came to: an object to print, or one sentence that says why not. */
export type CommandOutcome = { ok: true; answer: Record<string, unknown> } | { ok: false; message: string };

export const commandHelp = `Commands:
  tenant create <name> [--credits <n>]
  tenant list
  tenant set <tenant_id> [--rate <requests a second>] [--urls <in one request>]
  key create <tenant_id> [--test]
  key list <tenant_id>
  key revoke <key_id>
  credits add <tenant_id> <n>
  usage <tenant_id>
  suppress <profile URL>
  unsuppress <profile URL>
Add --json for one JSON object instead of a table.`;

/** Runs one command on the accounts. The same whether it comes from a terminal or over the running server's socket. */
export async function runCommand(db: Database, words: readonly string[], now: number): Promise<CommandOutcome> {
    const parsing = parseWords(words);
    if (!parsing) return fail(commandHelp);
    const { positionals, options } = parsing;
    const name = positionals.slice(0, positionals[0] === 'usage' || positionals[0]?.endsWith('suppress') ? 1 : 2);
    const command = Object.entries(commands).find(([key]) => key === name.join(' '))?.[1];
    const rest = positionals.slice(name.length);
    if (!command || rest.length !== command.takes) return fail(commandHelp);
    return command.run({ db, now, options, first: rest[0] ?? '', second: rest[1] ?? '' });
}

type CommandContext = {
    db: Database;
    now: number;
    options: {
        credits?: string | undefined;
        rate?: string | undefined;
        urls?: string | undefined;
        test?: boolean | undefined;
    };
    first: string;
    second: string;
};

const commands: Record<string, { takes: number; run: (context: CommandContext) => Promise<CommandOutcome> }> = {
    'tenant create': {
        takes: 1,
        async run({ db, now, first: name, options }) {
            const credits = parseCredits(options.credits ?? '0', 0);
            if (credits === null) return failCredits(0);
            if (name.trim() === '') return fail('A tenant needs a name.');
            return answer(describeTenant(await createTenant(db, { name, credits, now })));
        },
    },
    'tenant list': {
        takes: 0,
        run: async ({ db }) => answer({ tenants: (await listTenants(db)).map(describeTenant) }),
    },
    'tenant set': {
        takes: 1,
        async run({ db, first: tenantId, options }) {
            const plan = [options.rate, options.urls].map((text) => (text === undefined ? null : parsePlan(text)));
            const [maxRequestsPerSecond = null, maxUrlsPerRequest = null] = plan;
            if (plan.some(Number.isNaN))
                return fail(`\`--rate\` and \`--urls\` take a whole number from 1 to ${maxPlan}.`);
            const tenant = await changePlan(db, tenantId, { maxRequestsPerSecond, maxUrlsPerRequest });
            return tenant ? answer(tenant) : failTenant(tenantId);
        },
    },
    'key create': {
        takes: 1,
        async run({ db, now, first: tenantId, options }) {
            const made = await createKey(db, { tenantId, mode: options.test ? 'test' : 'live', now });
            return made ? answer(made) : failTenant(tenantId);
        },
    },
    'key list': {
        takes: 1,
        async run({ db, first: tenantId }) {
            const keys = await listKeys(db, tenantId);
            return keys ? answer({ keys }) : failTenant(tenantId);
        },
    },
    'key revoke': {
        takes: 1,
        async run({ db, first: keyId }) {
            const revoked = await revokeKey(db, keyId);
            return revoked ? answer(revoked) : fail(`There is no key ${quote(keyId)}.`);
        },
    },
    'credits add': {
        takes: 2,
        async run({ db, first: tenantId, second }) {
            const credits = parseCredits(second, 1);
            if (credits === null) return failCredits(1);
            const balance = await addCredits(db, tenantId, credits);
            if (balance === 'full') return fail(`A tenant can hold ${maxCredits} credits at most.`);
            return balance === null ? failTenant(tenantId) : answer({ tenant_id: tenantId, credits: balance });
        },
    },
    usage: {
        takes: 1,
        async run({ db, first: tenantId }) {
            const usage = await readUsage(db, tenantId);
            return usage ? answer(usage) : failTenant(tenantId);
        },
    },
    suppress: { takes: 1, run: (context) => setSuppressed(context, true) },
    unsuppress: { takes: 1, run: (context) => setSuppressed(context, false) },
};

async function setSuppressed({ db, first: line }: CommandContext, suppressed: boolean): Promise<CommandOutcome> {
    const parsing = parseHandle(line);
    if (!parsing.ok) return fail(parsing.reason);
    const { canonicalUrl } = parsing.profileUrl;
    await (suppressed ? suppressProfile(db, canonicalUrl) : unsuppressProfile(db, canonicalUrl));
    return answer({ canonical_url: canonicalUrl, suppressed });
}

function parseWords(words: readonly string[]) {
    try {
        const { positionals, values } = parseArgs({
            args: [...words],
            allowPositionals: true,
            options: {
                credits: { type: 'string' },
                rate: { type: 'string' },
                urls: { type: 'string' },
                test: { type: 'boolean' },
                json: { type: 'boolean' },
            },
        });
        return { positionals, options: values };
    } catch {
        return null;
    }
}

function parseCredits(text: string, least: number): number | null {
    const credits = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return credits >= least && credits <= maxCredits ? credits : null;
}

function parsePlan(text: string): number {
    const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
    return number >= 1 && number <= maxPlan ? number : Number.NaN;
}

/** What is shown of an account among others; its plan is the answer of `tenant set`. */
function describeTenant({ tenant_id, name, credits }: Tenant) {
    return { tenant_id, name, credits };
}

function answer(result: Record<string, unknown>): CommandOutcome {
    return { ok: true, answer: result };
}

function fail(message: string): CommandOutcome {
    return { ok: false, message };
}

function failTenant(tenantId: string): CommandOutcome {
    return fail(`There is no tenant ${quote(tenantId)}. \`tenant list\` shows them.`);
}

function failCredits(least: number): CommandOutcome {
    return fail(`Credits are a whole number from ${least} to ${maxCredits}.`);
}

/** A word of the user's, without control characters and not too long for a sentence. */
function quote(word: string): string {
    return `"${word.replaceAll(/\p{Cc}/gu, '').slice(0, 60)}"`;
}
