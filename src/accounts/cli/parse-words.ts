import { parseArgs } from 'node:util';

/** The options of all commands, besides `--json` and `--help`, which every command accepts. */
export type Options = { credits?: string; rate?: string; urls?: string; test?: boolean };

/** The syntax of a command, as its help shows it. */
export type CommandShape = {
    /** The required arguments, in order; none if absent. */
    takes?: readonly string[];
    options?: ReadonlyArray<keyof Options>;
    /** A short description. */
    does: string;
};

export type ParsedWords<Name extends string> =
    | { kind: 'command'; name: Name; given: readonly string[]; options: Options }
    | { kind: 'help'; text: string }
    | { kind: 'mistake'; message: string };

const optionForms: Record<keyof Options, string> = {
    credits: '--credits <n>',
    rate: '--rate <requests per second>',
    urls: '--urls <URLs per request>',
    test: '--test',
};

/** Prefixed to negative numbers during parsing: the parser would take them for options. */
const negative = '\u0000';

/** Parses the words of a command line. A mistake is one sentence, followed by the usage. */
export function parseWords<Name extends string>(
    words: readonly string[],
    commands: Record<Name, CommandShape>,
): ParsedWords<Name> {
    const parsing = splitWords(words);
    if (!parsing.ok) return { kind: 'mistake', message: `${parsing.message}\n\n${describeCommands(commands)}` };
    const { positionals, options } = parsing;
    const names = Object.keys(commands) as Name[];
    const name = names.find((one) => one === positionals.slice(0, one.split(' ').length).join(' '));
    if (options['help'] === true || positionals.length === 0) {
        return {
            kind: 'help',
            text:
                name === undefined
                    ? describeCommands(commands)
                    : `${describeUsage(name, commands[name])}\n  ${commands[name].does}`,
        };
    }
    if (name === undefined) return { kind: 'mistake', message: describeUnknown(positionals, names) };
    const given = positionals.slice(name.split(' ').length);
    const mistake = findMistake(name, commands[name], { given, written: Object.keys(options) });
    if (mistake !== null) {
        return { kind: 'mistake', message: `${mistake} Usage: ${describeUsage(name, commands[name])}` };
    }
    return { kind: 'command', name, given, options };
}

function findMistake(
    name: string,
    { takes = [], options = [] }: CommandShape,
    { given, written }: { given: readonly string[]; written: readonly string[] },
): string | null {
    const missing = takes[given.length];
    if (missing !== undefined) return `\`${name}\` needs ${missing}.`;
    const extra = given[takes.length];
    if (extra !== undefined) return `Unexpected ${quote(extra)}: put values with spaces in quotes.`;
    const known = new Set<string>(['json', 'help', ...options]);
    const unknown = written.find((option) => !known.has(option));
    return unknown === undefined ? null : `\`${name}\` has no option --${unknown}.`;
}

function describeUnknown(positionals: readonly string[], names: readonly string[]): string {
    const [first = '', second] = positionals;
    const further = names.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
    if (further.length > 0 && second === undefined) return `\`${first}\` needs a subcommand: ${further.join(', ')}.`;
    const known = further.length > 0 ? further : [...new Set(names.map((name) => name.split(' ', 1)[0] ?? ''))];
    const typed = further.length > 0 ? `${first} ${second}` : first;
    return `There is no command ${quote(typed)}. Commands: ${known.join(', ')}; --help describes them.`;
}

function splitWords(words: readonly string[]) {
    try {
        const { positionals, values } = parseArgs({
            args: words.map((word) => (/^-\d/.test(word) ? `${negative}${word}` : word)),
            allowPositionals: true,
            options: {
                credits: { type: 'string' },
                rate: { type: 'string' },
                urls: { type: 'string' },
                test: { type: 'boolean' },
                json: { type: 'boolean' },
                help: { type: 'boolean', short: 'h' },
            },
        });
        const restore = <Value>(value: Value) => (typeof value === 'string' ? value.replace(negative, '') : value);
        const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, restore(value)]));
        return {
            ok: true,
            positionals: positionals.map(restore),
            options: options as Options & { help?: boolean },
        } as const;
    } catch (error) {
        const [, option = ''] = /'(-[^ ']*)/.exec((error as Error).message) ?? [];
        const isUnknown = (error as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
        const form = Object.entries(optionForms).find(([name]) => `--${name}` === option)?.[1];
        const message = isUnknown
            ? `There is no option ${quote(option)}.`
            : `${quote(option)} must be written as \`${form ?? option}\`.`;
        return { ok: false, message } as const;
    }
}

function describeCommands(commands: Record<string, CommandShape>): string {
    const lines = Object.entries(commands).map(([name, shape]) => [describeUsage(name, shape), shape.does] as const);
    const width = Math.max(...lines.map(([usage]) => usage.length));
    return [
        'Commands:',
        ...lines.map(([usage, does]) => `  ${usage.padEnd(width)}  ${does}`),
        '--json prints one JSON object instead of a table. --help after a command shows its syntax.',
    ].join('\n');
}

function describeUsage(name: string, { takes = [], options = [] }: CommandShape): string {
    return [name, ...takes, ...options.map((option) => `[${optionForms[option]}]`)].join(' ');
}

/** A word of the user for messages: without control characters, cut to 60 characters. */
export function quote(word: string): string {
    return `"${word.replaceAll(/\p{Cc}/gu, '').slice(0, 60)}"`;
}
