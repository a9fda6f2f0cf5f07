import { parseHandle, parseProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Database } from '../database.ts';
import { createKey, listKeys, revokeKey } from '../keys.ts';
import { listSuppressed, suppressProfile, unsuppressProfile } from '../erasure.ts';
import {
    addCredits,
    changePlan,
    createTenant,
    listTenants,
    maxCredits,
    maxPlan,
    readUsage,
    type Tenant,
} from '../tenants.ts';
import { parseWords, quote, type CommandShape, type Options, type ParsedWords } from './parse-words.ts';

/** The result of a command to print, or a message why it failed. */
export type CommandOutcome = { ok: true; answer: Record<string, unknown> } | { ok: false; message: string };

/** Runs one command, from a terminal or received over the running server's socket. */
export async function runCommand(db: Database, words: readonly string[], now: number): Promise<CommandOutcome> {
    const parsed = readWords(words);
    if (parsed.kind !== 'command') return fail(parsed.kind === 'help' ? parsed.text : parsed.message);
    const { name, given, options } = parsed;
    return commands[name].run({ db, now, options, first: given[0] ?? '', second: given[1] ?? '' });
}

/** Parses the arguments of a command line. */
export function readWords(words: readonly string[]): ParsedWords<CommandName> {
    return parseWords(words, commands);
}

type CommandContext = { db: Database; now: number; options: Options; first: string; second: string };

type Command = CommandShape & { run: (context: CommandContext) => Promise<CommandOutcome> };

type CommandName = keyof typeof commands;

const commands = {
    'tenant create': {
        takes: ['<name>'],
        options: ['credits'],
        does: 'creates an account',
        async run({ db, now, first: name, options }) {
            const credits = parseCredits(options.credits ?? '0', 0);
            if (credits === null) return failCredits(options.credits, 0);
            if (name.trim() === '') return fail('A tenant needs a name.');
            return answer(describeTenant(await createTenant(db, { name, credits, now })));
        },
    },
    'tenant list': {
        does: 'lists all accounts with their credits',
        run: async ({ db }) => answer({ tenants: (await listTenants(db)).map(describeTenant) }),
    },
    'tenant set': {
        takes: ['<tenant_id>'],
        options: ['rate', 'urls'],
        does: 'changes or shows the plan of an account',
        async run({ db, first: tenantId, options }) {
            const plan = [options.rate, options.urls].map((text) => (text === undefined ? null : parsePlan(text)));
            const [maxRequestsPerSecond = null, maxUrlsPerRequest = null] = plan;
            if (plan.some(Number.isNaN))
                return fail(`\`--rate\` and \`--urls\` take a whole number from 1 to ${maxPlan}.`);
            return answerAbout(tenantId, await changePlan(db, tenantId, { maxRequestsPerSecond, maxUrlsPerRequest }));
        },
    },
    'key create': {
        takes: ['<tenant_id>'],
        options: ['test'],
        does: 'creates a key and shows it, once',
        async run({ db, now, first: tenantId, options }) {
            const mode = options.test ? 'test' : 'live';
            return answerAbout(tenantId, await createKey(db, { tenantId, mode, now }));
        },
    },
    'key list': {
        takes: ['<tenant_id>'],
        does: 'lists the keys of an account, without their secrets',
        async run({ db, first: tenantId }) {
            const keys = await listKeys(db, tenantId);
            return answerAbout(tenantId, keys && { keys });
        },
    },
    'key revoke': {
        takes: ['<key_id>'],
        does: 'revokes a key permanently',
        async run({ db, first: keyId }) {
            const revoked = await revokeKey(db, keyId);
            return revoked
                ? answer(revoked)
                : fail(`There is no key ${quote(keyId)}. \`key list\` shows an account's keys.`);
        },
    },
    'credits add': {
        takes: ['<tenant_id>', '<n>'],
        does: 'adds credits to an account',
        async run({ db, first: tenantId, second }) {
            const credits = parseCredits(second, 1);
            if (credits === null) return failCredits(second, 1);
            const balance = await addCredits(db, tenantId, credits);
            if (balance === 'full') return fail(`A tenant can have at most ${maxCredits} credits.`);
            return answerAbout(tenantId, balance === null ? null : { tenant_id: tenantId, credits: balance });
        },
    },
    usage: {
        takes: ['<tenant_id>'],
        does: 'shows the balance and the usage per day of an account',
        run: async ({ db, first: tenantId }) => answerAbout(tenantId, await readUsage(db, tenantId)),
    },
    suppress: {
        takes: ['<profile URL>'],
        does: 'suppresses a person: never fetched, never shown',
        run: (context) => setSuppressed(context, true),
    },
    unsuppress: {
        takes: ['<profile URL>'],
        does: 'removes a person from the suppression list',
        run: (context) => setSuppressed(context, false),
    },
    suppressed: {
        does: 'lists suppressed people',
        run: async ({ db }) => answer({ people: await listSuppressed(db) }),
    },
} as const satisfies Record<string, Command>;

async function setSuppressed({ db, first: line }: CommandContext, suppressed: boolean): Promise<CommandOutcome> {
    const parsing = parseProfileUrl(line);
    if (!parsing.ok) {
        const handle = parseHandle(line);
        // A single word is rarely meant as a handle.
        return handle.ok
            ? fail(`${quote(line)} is not a profile URL. Did you mean ${handle.profileUrl.canonicalUrl}?`)
            : fail(`${quote(line)}: ${parsing.reason}`);
    }
    const { canonicalUrl } = parsing.profileUrl;
    await (suppressed ? suppressProfile(db, canonicalUrl) : unsuppressProfile(db, canonicalUrl));
    return answer({ canonical_url: canonicalUrl, suppressed });
}

function parseCredits(text: string, least: number): number | null {
    const credits = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return credits >= least && credits <= maxCredits ? credits : null;
}

function parsePlan(text: string): number {
    const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
    return number >= 1 && number <= maxPlan ? number : Number.NaN;
}

/** An account as lists show it; `tenant set` shows its plan. */
function describeTenant({ tenant_id, name, credits }: Tenant) {
    return { tenant_id, name, credits };
}

function answer(result: Record<string, unknown>): CommandOutcome {
    return { ok: true, answer: result };
}

function fail(message: string): CommandOutcome {
    return { ok: false, message };
}

function answerAbout(tenantId: string, result: Record<string, unknown> | null): CommandOutcome {
    return result ? answer(result) : fail(`There is no tenant ${quote(tenantId)}. \`tenant list\` shows them.`);
}

function failCredits(given: string | undefined, least: number): CommandOutcome {
    return fail(`${quote(given ?? '')} is not a number of credits: use a whole number from ${least} to ${maxCredits}.`);
}

/** A command's result as text: one line per field, and a table for each list. */
export function formatAnswer(result: Record<string, unknown>): string {
    const blocks: string[] = [];
    const plain = Object.entries(result).filter(([, value]) => !Array.isArray(value));
    if (plain.length > 0) blocks.push(formatTable(plain.map(([name, value]) => [name, formatCell(value)])));
    for (const [name, value] of Object.entries(result)) {
        if (!Array.isArray(value)) continue;
        const rows = value as Array<Record<string, unknown>>;
        const columns = Object.keys(rows[0] ?? {});
        const lines = rows.map((row) => columns.map((column) => formatCell(row[column])));
        blocks.push(rows.length === 0 ? `no ${name}` : formatTable([columns, ...lines]));
    }
    return blocks.join('\n\n');
}

function formatTable(lines: string[][]): string {
    const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    const pad = (line: string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return lines.map((line) => pad(line).trimEnd()).join('\n');
}

function formatCell(value: unknown): string {
    if (value === null || value === undefined) return '-';
    // Names are user input: control characters must not reach the terminal.
    return (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\p{Cc}/gu, ' ');
}
