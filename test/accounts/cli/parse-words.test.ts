import { describe, expect, it } from 'vitest';
import { readWords } from '../../../src/accounts/cli/commands.ts';

describe('parseWords', () => {
    it.each([
        [['tenant'], '`tenant` needs a subcommand: create, list, set.'],
        [['tenant', 'create'], '`tenant create` needs <name>. Usage: tenant create <name> [--credits <n>]'],
        [['credits', 'add', 'ten_x'], '`credits add` needs <n>. Usage: credits add <tenant_id> <n>'],
        [['usage'], '`usage` needs <tenant_id>. Usage: usage <tenant_id>'],
        [
            ['key', 'create', 'a', 'b'],
            'Unexpected "b": put values with spaces in quotes. Usage: key create <tenant_id> [--test]',
        ],
        [['key', 'list', 'a', '--credits', '5'], '`key list` has no option --credits. Usage: key list <tenant_id>'],
        [['tenant', 'delete', 'x'], 'There is no command "tenant delete". Commands: create, list, set;'],
        [['tenat', 'list'], 'There is no command "tenat". Commands: tenant, key, credits, usage, suppress,'],
        [['toString'], 'There is no command "toString".'],
        [['tenant', 'create', 'x', '--credit', '5'], 'There is no option "--credit".'],
        [['tenant', 'create', 'x', '--credits'], '"--credits" must be written as `--credits <n>`.'],
        [['key', 'create', 'x', '--test=yes'], '"--test" must be written as `--test`.'],
        [['usage', '-x'], 'There is no option "-x".'],
    ])('is answered by what is missing or wrong: %j', (words, sentence) => {
        const parsed = readWords(words);
        expect(parsed.kind === 'mistake' && parsed.message).toContain(sentence);
    });

    it.each([[[]], [['--help']], [['-h']], [['nonsense', '--help']]])('lists every command: %j', (words) => {
        const parsed = readWords(words);
        const text = parsed.kind === 'help' ? parsed.text : '';
        for (const usage of ['tenant create <name> [--credits <n>] ', 'suppressed ', 'key revoke <key_id> ']) {
            expect(text).toContain(`\n  ${usage}`);
        }
    });

    it('shows the help of one command', () => {
        expect(readWords(['credits', 'add', '--help'])).toEqual({
            kind: 'help',
            text: 'credits add <tenant_id> <n>\n  adds credits to an account',
        });
    });

    it('does not take a negative number for an option', () => {
        expect(readWords(['credits', 'add', 'ten_x', '-5'])).toMatchObject({ given: ['ten_x', '-5'] });
        expect(readWords(['tenant', 'create', 'x', '--credits', '-5'])).toMatchObject({ options: { credits: '-5' } });
    });
});
