import { describe, expect, it } from 'vitest';
import { readWords } from '../../../src/accounts/cli/commands.ts';

describe('what is typed', () => {
    it.each([
        [['tenant'], '`tenant` needs one more word: create, list, set.'],
        [['tenant', 'create'], '`tenant create` needs <name>. Type: tenant create <name> [--credits <n>]'],
        [['credits', 'add', 'ten_x'], '`credits add` needs <n>. Type: credits add <tenant_id> <n>'],
        [['usage'], '`usage` needs <tenant_id>. Type: usage <tenant_id>'],
        [
            ['key', 'create', 'a', 'b'],
            '"b" is one word too many: what has blanks in it stands in quotes. Type: key create <tenant_id> [--test]',
        ],
        [['key', 'list', 'a', '--credits', '5'], '`key list` takes no --credits. Type: key list <tenant_id>'],
        [['tenant', 'delete', 'x'], 'There is no command "tenant delete". Known are: create, list, set;'],
        [['tenat', 'list'], 'There is no command "tenat". Known are: tenant, key, credits, usage, suppress,'],
        [['toString'], 'There is no command "toString".'],
        [['tenant', 'create', 'x', '--credit', '5'], 'There is no option "--credit".'],
        [['tenant', 'create', 'x', '--credits'], '"--credits" is typed as `--credits <n>`.'],
        [['key', 'create', 'x', '--test=yes'], '"--test" is typed as `--test`.'],
        [['usage', '-x'], 'There is no option "-x".'],
    ])('is answered by what is missing or wrong: %j', (words, sentence) => {
        const parsed = readWords(words);
        expect(parsed.kind === 'mistake' && parsed.message).toContain(sentence);
    });

    it.each([[[]], [['--help']], [['-h']], [['nonsense', '--help']]])('shows every command: %j', (words) => {
        const parsed = readWords(words);
        const text = parsed.kind === 'help' ? parsed.text : '';
        for (const usage of ['tenant create <name> [--credits <n>] ', 'suppressed ', 'key revoke <key_id> ']) {
            expect(text).toContain(`\n  ${usage}`);
        }
    });

    it('shows one command alone', () => {
        expect(readWords(['credits', 'add', '--help'])).toEqual({
            kind: 'help',
            text: 'credits add <tenant_id> <n>\n  adds credits to an account',
        });
    });

    it('takes a negative number for what it is, and not for an option', () => {
        expect(readWords(['credits', 'add', 'ten_x', '-5'])).toMatchObject({ given: ['ten_x', '-5'] });
        expect(readWords(['tenant', 'create', 'x', '--credits', '-5'])).toMatchObject({ options: { credits: '-5' } });
    });
});
